package dev.authpipe.proxy.connect;

import java.util.Map;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * What the hosted page sends.
 *
 * @param sessionToken from the page's fragment
 * @param csrfToken    from {@link PageView}; absent in the first request
 * @param integration  the chosen one, by its {@code int_} id
 * @param fields       provider parameters by name
 * @param username     for a key with a name
 * @param key          the key itself
 */
record PageRequest(@Nullable @JsonDeserialize(using = SecretJson.Reader.class) SecretText sessionToken,
    @Nullable @JsonDeserialize(using = SecretJson.Reader.class) SecretText csrfToken, @Nullable String integration,
    @Nullable Map<String, String> fields, @Nullable String username,
    @Nullable @JsonDeserialize(using = SecretJson.Reader.class) SecretText key) {}
