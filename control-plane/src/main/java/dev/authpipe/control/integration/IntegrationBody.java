package dev.authpipe.control.integration;

import java.util.List;
import java.util.Map;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An integration as somebody wants it. On a change, what is left out stays; slug and provider never change. It has no member for a secret.
 *
 * @param slug            unique in its workspace, {@code [a-z0-9][a-z0-9-]*}, at most 63 characters; without it: the provider's
 * @param provider        slug of the provider
 * @param clientId        the OAuth client id
 * @param scopes          asked for
 * @param returnUrls      exact addresses a connect session may return to
 * @param params          values of the provider's parameters
 * @param applicationName what end users see; without it: the name of the branding, or else the workspace's
 * @param note            for the team
 * @param proxyOnly       whether access tokens are never handed out
 * @param disabled        whether it is out of use
 */
@Introspected
@Schema(name = "IntegrationBody")
record IntegrationBody(@Nullable String slug, @Nullable String provider, @Nullable String clientId, @Nullable List<String> scopes,
    @Nullable List<String> returnUrls, @Nullable Map<String, String> params, @Nullable String applicationName,
    @Nullable String note,
    @Nullable Boolean proxyOnly, @Nullable Boolean disabled) {}
