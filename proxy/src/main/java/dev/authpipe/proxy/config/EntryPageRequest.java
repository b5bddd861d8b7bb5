package dev.authpipe.proxy.config;

import java.time.Instant;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * What the page sends that takes a client secret.
 *
 * @param sessionToken from the page's fragment: the link
 * @param csrfToken    from {@link EntryPageView}; absent in the first request
 * @param clientSecret as it was entered
 * @param expiresAt    when it ends by itself; absent: unknown
 */
record EntryPageRequest(@Nullable @JsonDeserialize(using = SecretJson.Reader.class) SecretText sessionToken,
    @Nullable @JsonDeserialize(using = SecretJson.Reader.class) SecretText csrfToken,
    @Nullable @JsonDeserialize(using = SecretJson.Reader.class) SecretText clientSecret, @Nullable Instant expiresAt) {}
