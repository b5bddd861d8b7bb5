package dev.authpipe.proxy.connect;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The request that finishes a session. The application takes the last two from its own logged-in session, never from the browser.
 *
 * @param finishCode   from the return address
 * @param codeVerifier 43 to 128 characters (RFC 7636 section 4.1)
 * @param endUserId    as in the creation of the session
 */
record FinishRequest(@Nullable @Schema(type = "string") @JsonDeserialize(using = SecretJson.Reader.class) SecretText finishCode,
    @Nullable @Schema(type = "string") @JsonDeserialize(using = SecretJson.Reader.class) SecretText codeVerifier,
    @Nullable String endUserId) {}
