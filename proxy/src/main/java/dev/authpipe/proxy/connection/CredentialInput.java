package dev.authpipe.proxy.connection;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * A secret that a caller brings. Never answered back.
 *
 * @param type         {@code oauth2}, {@code api_key}, {@code basic}, {@code bearer} or {@code client_credentials}
 * @param accessToken  with {@code oauth2} and {@code bearer}
 * @param refreshToken with {@code oauth2}, optional
 * @param tokenType    with {@code oauth2}; {@code Bearer} when absent
 * @param expiresAt    with {@code oauth2}: when the access token expires; absent: unknown
 * @param scopes       with {@code oauth2}: what was granted; with {@code client_credentials}: what to ask for, the integration's when absent
 * @param apiKey       with {@code api_key}
 * @param username     with {@code basic}
 * @param password     with {@code basic}
 * @param clientId     with {@code client_credentials}, where each connection has its own client
 * @param clientSecret with it, unless the integration's key signs
 * @param secretExpiresAt with {@code api_key}, {@code basic} and {@code bearer}: when the secret ends by itself, in the future; absent: unknown. Never
 *                        ends its use: reminders are told before
 */
record CredentialInput(String type,
    @Schema(type = "string", format = "password") @JsonDeserialize(using = SecretTextReader.class) @Nullable SecretText accessToken,
    @Schema(type = "string", format = "password") @JsonDeserialize(using = SecretTextReader.class) @Nullable SecretText refreshToken,
    @Nullable String tokenType,
    @Nullable Instant expiresAt, @Nullable List<String> scopes,
    @Schema(type = "string", format = "password") @JsonDeserialize(using = SecretTextReader.class) @Nullable SecretText apiKey,
    @Nullable String username,
    @Schema(type = "string", format = "password") @JsonDeserialize(using = SecretTextReader.class) @Nullable SecretText password,
    @Nullable String clientId,
    @Schema(type = "string", format = "password") @JsonDeserialize(using = SecretTextReader.class) @Nullable SecretText clientSecret,
    @Nullable Instant secretExpiresAt) {

  @Override
  public String toString() {
    return "CredentialInput[" + type + "]";
  }
}
