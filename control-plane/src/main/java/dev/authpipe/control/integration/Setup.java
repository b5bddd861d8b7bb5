package dev.authpipe.control.integration;

import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.provider.Provider;

/**
 * What is left to do for an integration outside the control plane: what to register at the provider, and which commands to run at the proxy.
 *
 * @param callbackUrl         exactly what to register as redirect URI; null for a provider that takes a key
 * @param callbackUrlComplete whether it can be registered as it stands; else its host is a placeholder until the policy names the connect origin
 * @param scopes              exactly what to allow there, those included that name the account
 * @param missingParameters   parameters that each connection has to set
 * @param clientSecretMissing whether a proxy still has to be given the client secret
 * @param commands            to run at the proxy, in this order; none of them has a secret in it
 */
@Introspected
@Schema(name = "IntegrationSetup")
record Setup(@JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String callbackUrl, boolean callbackUrlComplete,
    List<String> scopes,
    List<String> missingParameters, boolean clientSecretMissing, List<String> commands) {
  private static final String PLACEHOLDER = "https://<connect origin>";

  static Setup of(Integration integration, Provider provider, String workspaceName, @Nullable String connectOrigin) {
    Integration.Wanted wanted = integration.wanted();
    List<String> scopes = Stream.concat(wanted.scopes().stream(), provider.accountScopes().stream()).distinct()
        .toList();
    List<String> missing = provider.parameters().stream().filter(
        p -> p.required() && p.defaultValue() == null && !wanted.params().containsKey(p.name())).map(Provider.Parameter::name)
        .toList();
    if (!provider.usesOauth()) {
      return new Setup(null, true, List.of(), missing, false, List.of("bin/authpipe approve"));
    }
    String callback = (connectOrigin == null ? PLACEHOLDER : connectOrigin) + "/callback/" + integration.id();
    String command = "bin/authpipe secret set " + wanted.slug() + " --workspace " + workspaceName;
    boolean owed = provider.clientSecret() && integration.secretSince() == null;
    return new Setup(callback, connectOrigin != null, scopes, missing, owed,
        owed ? List.of("bin/authpipe approve", command) : List.of("bin/authpipe approve"));
  }
}
