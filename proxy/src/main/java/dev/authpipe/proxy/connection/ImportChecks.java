package dev.authpipe.proxy.connection;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.catalog.AuthType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialParameters;
import dev.authpipe.proxy.vault.CredentialType;

/** Checks what a caller brings against the integration it is for. Asks no provider, changes nothing, and repeats no value in what it says. */
@Singleton
final class ImportChecks {
  private static final Set<String> HAVE_ENDS = Set.of("api_key", "basic", "bearer");
  private static final int LONGEST_SCOPE = 512;
  private static final int MOST_SCOPES = 256;
  private static final int LONGEST_SECRET = 16_384;
  private static final Instant LATEST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

  private final Configuration configuration;
  private final Clock clock;

  ImportChecks(Configuration configuration, Clock clock) {
    this.configuration = configuration;
    this.clock = clock;
  }

  /** One checked import. */
  record Checked(ImportInput input, Integration integration, URI apiBase, String tokenOrigin, CredentialParameters parameters) {
    /** Whether an access token is minted for it. */
    boolean mints() {
      return integration.provider().minting() != null;
    }

    /** What is asked for at each minting. */
    List<String> requestedScopes() {
      return input.credential().scopes() == null ? integration.scopes() : scopes(input.credential());
    }
  }

  Checked check(Caller caller, ImportInput input) {
    requireWhole(input);
    Integration integration = configuration.integration(caller.workspace(), input.integration()).filter(
        one -> caller.maySee(one.id())).orElseThrow(() -> new ProblemException(ErrorCode.UNPROCESSABLE, "No such integration."));
    ImportInput.Person person = input.endUser();
    if (!EndUserGuard.isIdentifier(person.id()) || isOutside(person.displayName(), 0, 256) || isOutside(person.email(), 0, 320)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "end_user has an id of 1 to 256, a display_name of at most 256 and an email of at most 320 characters, none of them control characters.");
    }
    checkMetadata(input.metadata());
    return check(integration, input);
  }

  private static void checkMetadata(@Nullable Map<String, String> metadata) {
    try {
      Connections.checkMetadata(metadata == null ? Map.of() : metadata);
    } catch (IllegalArgumentException _) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "metadata has at most 50 entries, keys of 1 to 64 and values of at most 512 characters.");
    }
  }

  /** What the types promise and a body may lack all the same. */
  private static void requireWhole(@Nullable ImportInput input) {
    if (input == null || input.integration() == null || input.endUser() == null || input.credential() == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "integration, end_user and credential are required.");
    }
  }

  Checked check(Integration integration, ImportInput input) {
    checkCredential(integration, input.credential());
    checkEnd(input.credential());
    Map<String, String> params = params(integration, input.params() == null ? Map.of() : input.params());
    try {
      boolean oauth = integration.provider().token() != null;
      return new Checked(input, integration, integration.apiBase(params), oauth ? integration.tokenOrigin(params) : "",
          new CredentialParameters(integration.issuedParams(params)));
    } catch (IllegalArgumentException _) {
      throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID, "A provider parameter is missing.");
    }
  }

  private static void checkCredential(Integration integration, CredentialInput input) {
    if (input.type() == null || (input.scopes() != null && input.scopes().stream().anyMatch(Objects::isNull))) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "credential.type is required, and a scope is a text.");
    }
    AuthType expected = integration.provider().authType();
    boolean fits = switch (input.type()) {
      case "oauth2" -> expected == AuthType.OAUTH2 && input.accessToken() != null && input.apiKey() == null
          && input.password() == null && input.username() == null;
      case "api_key" -> expected == AuthType.API_KEY && input.apiKey() != null && isPlain(input) && input.accessToken() == null
          && input.password() == null && input.username() == null;
      case "basic" -> expected == AuthType.BASIC && input.username() != null && input.password() != null && isPlain(input)
          && input.accessToken() == null && input.apiKey() == null && input.username().indexOf(':') < 0;
      case "bearer" -> expected == AuthType.BEARER && input.accessToken() != null && isPlain(input) && input.apiKey() == null
          && input.password() == null && input.username() == null;
      case "client_credentials" -> expected == AuthType.CLIENT_CREDENTIALS && isClient(integration, input);
      default -> false;
    };
    boolean mints = expected == AuthType.CLIENT_CREDENTIALS;
    List<String> scopes = scopes(input);
    boolean sane = scopes.size() <= MOST_SCOPES && scopes.stream().noneMatch(one -> isOutside(one, 1, LONGEST_SCOPE))
        && !isOutside(input.tokenType(), 1, 64) && !isOutside(input.username(), 0, 512) && isSane(input.expiresAt());
    if (!fits || !sane || !(mints || (isInjectable(input) && input.clientId() == null && input.clientSecret() == null))) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "The credential does not fit the integration, whose provider takes " + expected.name().toLowerCase(Locale.ROOT)
              + ".");
    }
  }

  private void checkEnd(CredentialInput input) {
    Instant end = input.secretExpiresAt();
    if (end != null && (!HAVE_ENDS.contains(input.type()) || !end.isAfter(clock.instant()) || !end.isBefore(LATEST_EXPIRY))) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "secret_expires_at is in the future, and of a key, a bearer token or a password; an access token has expires_at.");
    }
  }

  /** Checks parameters as a connect session would (S21); those that only an authorization request carries may be missing. */
  private static Map<String, String> params(Integration integration, Map<String, String> given) {
    if (!given.entrySet().stream().allMatch(one -> integration.mayBeSet(one.getKey(), one.getValue(), false))) {
      throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
    }
    Map<String, String> values = integration.templateValues(given);
    for (ProviderParameter parameter : integration.provider().parameters()) {
      boolean used = !parameter.uses().equals(Set.of(ProviderParameter.Use.AUTHORIZE_QUERY));
      if (parameter.required() && used && !values.containsKey(parameter.name())) {
        throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID, "A provider parameter is missing.");
      }
    }
    return Map.copyOf(given);
  }

  /** A client of the connection's own where the provider has it so, with the proof that it takes, and nothing else. */
  private static boolean isClient(Integration integration, CredentialInput input) {
    boolean bare = input.accessToken() == null && input.apiKey() == null && input.password() == null && input.username() == null
        && input.refreshToken() == null && input.expiresAt() == null && input.tokenType() == null;
    if (input.scopes() != null && !integration.scopes().containsAll(input.scopes())) {
      throw new ProblemException(ErrorCode.SCOPE_NOT_ALLOWED);
    }
    String id = input.clientId();
    SecretText secret = input.clientSecret();
    if (!integration.provider().connectionsHaveClients()) {
      return bare && id == null && secret == null;
    }
    boolean needed = integration.provider().requireToken().clientAuthentication().needsSecret();
    return bare && id != null && id.matches("[\\x21-\\x7e]{1,255}") && needed == (secret != null)
        && (secret == null || (secret.length() > 0 && secret.length() <= LONGEST_SECRET && Injectable.isSafeEncoded(secret)));
  }

  static CredentialType type(CredentialInput input) {
    return switch (input.type()) {
      case "client_credentials" -> CredentialType.CLIENT_CREDENTIALS;
      case "oauth2" -> CredentialType.OAUTH2;
      case "api_key" -> CredentialType.API_KEY;
      case "basic" -> CredentialType.BASIC;
      default -> CredentialType.BEARER;
    };
  }

  static SecretText secret(CredentialInput input) {
    SecretText secret = input.accessToken() != null
        ? input.accessToken()
        : input.apiKey() != null ? input.apiKey() : input.password();
    if (secret == null) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "The credential has no secret.");
    }
    return secret;
  }

  private static boolean isInjectable(CredentialInput input) {
    return input.type().equals("basic") ? Injectable.isSafeEncoded(secret(input)) : Injectable.isSafe(secret(input));
  }

  private static boolean isPlain(CredentialInput input) {
    return input.refreshToken() == null && input.expiresAt() == null && input.scopes() == null && input.tokenType() == null;
  }

  static List<String> scopes(CredentialInput input) {
    return input.scopes() == null ? List.of() : List.copyOf(Set.copyOf(input.scopes()).stream().sorted().toList());
  }

  private static boolean isOutside(@Nullable String text, int least, int most) {
    return text != null
        && (text.length() < least || text.length() > most || text.chars().anyMatch(Character::isISOControl));
  }

  /** Within what a store can hold and arithmetic can bear. */
  private static boolean isSane(@Nullable Instant expiresAt) {
    return expiresAt == null || (expiresAt.isAfter(Instant.EPOCH) && expiresAt.isBefore(LATEST_EXPIRY));
  }
}
