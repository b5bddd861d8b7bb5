package dev.authpipe.proxy.connect;

import java.time.Instant;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.swagger.v3.oas.annotations.media.Schema;

import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The answer to the creation of a session, and the only place where its session token stands.
 *
 * @param id           {@code cs_…}
 * @param sessionToken for the hosted page; stands in this answer only
 * @param expiresAt    when it can no longer be used
 * @param connectUrl   for the end user's browser; the session token is its fragment
 */
record CreatedSession(String id, @Schema(type = "string") @JsonSerialize(using = SecretJson.Writer.class) SecretText sessionToken,
    @Schema(type = "string") @JsonSerialize(using = SecretJson.Writer.class) SecretText connectUrl, Instant expiresAt) {}
