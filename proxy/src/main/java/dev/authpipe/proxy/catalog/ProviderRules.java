package dev.authpipe.proxy.catalog;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ProviderParameter.SetBy;
import dev.authpipe.proxy.catalog.ProviderParameter.Use;

/**
 * Rules of the catalog format that concern more than one key of a provider file. Never lets a value that an application or end user chooses
 * move an OAuth endpoint beyond a fixed suffix of the provider (connect.md, S21).
 */
final class ProviderRules {
  /** What no parameter in an address may match: each would change the address' structure. */
  private static final List<String> ESCAPES = List.of("evil.com#", "a@b", "a/b", "a\\b", "a?b", "a%2eb", "a%2Fb", "a:1", "..",
      ".", "a b", "a\tb", "", "a&b", "a=b", "a;b");
  private static final List<String> HOST_ESCAPES = List.of("evil.com", "a.b", "xn--e1awd7f", "-a", "a_b");

  /** Uses in which a value travels under a name of its own. */
  private static final Set<Use> SENT = EnumSet.of(Use.AUTHORIZE_QUERY, Use.TOKEN_BODY, Use.REFRESH_BODY);
  /** As many as are sealed with a credential. */
  private static final int PARAMETERS_MOST = 20;

  private ProviderRules() {}

  static void check(Provider provider) {
    Set<String> names = new HashSet<>();
    require(provider.parameters().size() <= PARAMETERS_MOST, "there are more than 20 parameters");
    provider.parameters()
        .forEach(p -> require(names.add(p.name()) && !p.name().equals("client_id"), "a parameter's name is used twice: "
            + p.name()));
    endpoints(provider).forEach(e -> endpoint(provider, e, Use.OAUTH_HOST, Use.OAUTH_PATH));
    endpoint(provider, provider.api().base(), Use.API_HOST, Use.API_PATH);
    provider.parameters().forEach(ProviderRules::parameter);
    provider.translations().forEach((language, texts) -> translation(provider, language, texts));
    api(provider.api());
    require(provider.verified() == Verified.UNVERIFIED || !provider.evidence().isEmpty(), "verified: documented needs evidence");
    TokenProfile token = provider.token();
    if (token != null) {
      assertion(provider, token.assertion());
    }
    if (provider.minting() != null) {
      minting(provider);
    }
    AccountProfile account = provider.account();
    require(account == null || !account.identifierPointers().isEmpty(), "account.identifier names at least one pointer");
    RevocationProfile revocation = provider.revocation();
    require(revocation == null || !revocation.order().isEmpty(), "revocation.order names at least one token");
  }

  /** Typed assertions are for issuers alone: a server that takes those looks at nothing else. */
  private static void assertion(Provider provider, AssertionProfile assertion) {
    boolean toIssuer = assertion.audience() == AssertionProfile.Audience.ISSUER;
    require(!toIssuer || provider.issuer() != null, "token.assertion_audience: issuer needs issuer.value");
    require(toIssuer || assertion.type() == AssertionProfile.Type.JWT,
        "token.assertion_type: client_authentication needs assertion_audience: issuer");
  }

  /** Nothing rotates where a client acts for itself, and only a confidential one may (RFC 6749 section 4.4). */
  private static void minting(Provider provider) {
    ClientAuthentication how = provider.requireToken().clientAuthentication();
    RefreshProfile refresh = provider.refresh();
    RevocationProfile revocation = provider.revocation();
    KeyProfile key = provider.key();
    require(how != ClientAuthentication.NONE,
        "token.client_authentication: none is for public clients, which have no client credentials");
    require(refresh.rotation() == RefreshProfile.Rotation.NONE && refresh.endpoint() == null && refresh.parameters().isEmpty()
        && !refresh.sendsScopes() && refresh.idleLifetime() == null && refresh.absoluteLifetime() == null,
        "client_credentials have no refresh token: of refresh only invalidates_access_token and invalid_token apply");
    require(revocation == null || revocation.order().equals(List.of(RevocationProfile.Revoked.ACCESS_TOKEN)),
        "client_credentials have no refresh token: revocation.order is [access_token]");
    require(revocation == null || !provider.connectionsHaveClients() || how.needsSecret()
        || !revocation.clientAuthentication().needsSecret(), "the client of a connection has no secret for revocation");
    require(key == null || (key.usernameLabel() != null) == how.needsSecret(),
        "key.username_label names the client id where a client secret is entered with it, and only there");
  }

  private static List<EndpointTemplate> endpoints(Provider provider) {
    List<EndpointTemplate> endpoints = new ArrayList<>();
    AuthorizeProfile authorize = provider.authorize();
    if (authorize != null) {
      endpoints.add(authorize.endpoint());
      add(endpoints, authorize.pushedRequestEndpoint());
      authorize.callbackParameters().stream().map(AuthorizeProfile.CallbackParameter::proof)
          .forEach(proof -> add(endpoints, proof == null ? null : proof.endpoint()));
    }
    add(endpoints, provider.token() == null ? null : provider.requireToken().endpoint());
    add(endpoints, provider.refresh().endpoint());
    RevocationProfile revocation = provider.revocation();
    add(endpoints, revocation == null ? null : revocation.endpoint());
    AccountProfile account = provider.account();
    add(endpoints, account == null ? null : account.endpoint());
    IssuerProfile issuer = provider.issuer();
    add(endpoints, issuer == null ? null : issuer.issuer());
    return endpoints;
  }

  private static void add(List<EndpointTemplate> endpoints, @Nullable EndpointTemplate endpoint) {
    if (endpoint != null) {
      endpoints.add(endpoint);
    }
  }

  private static void endpoint(Provider provider, EndpointTemplate template, Use inHost, Use inPath) {
    for (String name : template.hostPlaceholders()) {
      ProviderParameter parameter = declared(provider, name, template);
      require(parameter.uses().contains(inHost), "parameter " + name + " must declare its use in " + template);
      boolean suffixed = template.host().matches("\\{" + name + "\\}\\.[a-z0-9-]+(\\.[a-z0-9-]+)+");
      require(parameter.setBy() == SetBy.OPERATOR || suffixed, "parameter " + name + " may move " + template
          + " beyond a fixed suffix; only set_by: operator may do that");
      require(parameter.setBy() == SetBy.OPERATOR || HOST_ESCAPES.stream().noneMatch(parameter.pattern()::matches),
          "the pattern of "
              + name + " must allow letters, digits and inner hyphens only, for it stands in a host");
    }
    for (String name : template.pathPlaceholders()) {
      if (!name.equals("client_id")) {
        require(declared(provider, name, template).uses().contains(inPath),
            "parameter " + name + " must declare its use in " + template);
      }
    }
  }

  private static ProviderParameter declared(Provider provider, String name, EndpointTemplate template) {
    return provider.parameter(name)
        .orElseThrow(() -> new IllegalArgumentException(template + " uses the undeclared parameter " + name));
  }

  /** A word about something that there is not says that it was renamed, or mistyped. */
  private static void translation(Provider provider, String language, ProviderTexts texts) {
    String where = "translations." + language;
    Set<String> scopes = provider.scopes().stream().map(ScopeText::scope).collect(Collectors.toSet());
    texts.scopes().keySet().forEach(scope -> require(scopes.contains(scope), where + ".scopes: there is no text of " + scope));
    Set<String> fields = provider.parameters().stream().map(ProviderParameter::name)
        .collect(Collectors.toCollection(HashSet::new));
    KeyProfile key = provider.key();
    if (key != null) {
      fields.add("key");
      if (key.usernameLabel() != null) {
        fields.add("username");
      }
    }
    texts.labels().keySet().forEach(name -> require(fields.contains(name), where + ".labels: there is no field " + name));
    texts.hints().keySet().forEach(name -> require(name.equals("key") && key != null && key.hint() != null,
        where + ".hints: there is no hint of " + name));
  }

  private static void parameter(ProviderParameter parameter) {
    boolean inAddress = parameter.uses().stream().anyMatch(use -> !SENT.contains(use));
    for (String escape : inAddress ? ESCAPES : List.of("a\nb", "")) {
      require(!parameter.pattern().matches(escape), "the pattern of " + parameter.name() + " lets a value escape its place");
    }
    boolean sent = parameter.uses().stream().anyMatch(SENT::contains);
    require(!sent || parameter.sendAs() != null, "parameter " + parameter.name() + " is sent and needs send_as");
    String otherwise = parameter.defaultValue();
    require(!inAddress || parameter.required() || otherwise != null,
        "parameter " + parameter.name() + " stands in an address: it is required or has a default");
    require(otherwise == null || parameter.pattern().matches(otherwise),
        "the default of " + parameter.name() + " does not match its pattern");
  }

  private static void api(ApiProfile api) {
    require(!api.hosts().isEmpty(), "api.hosts is needed when the base has a placeholder in its host");
    require(!api.base().hostPlaceholders().isEmpty() || api.allowsHost(api.base().host()),
        "api.hosts must allow the host of api.base");
    for (String host : api.hosts()) {
      require(!host.startsWith(".") || host.indexOf('.', 1) > 0, "a suffix in api.hosts has at least two labels: " + host);
    }
    require(!api.base().toString().contains("?") && !api.base().toString().endsWith("/"),
        "api.base has no query and no slash at its end");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
