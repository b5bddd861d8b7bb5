package dev.authpipe.proxy.connection;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.catalog.AuthType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.probe.ProbeOutcome;
import dev.authpipe.proxy.secret.MaskedPrefix;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialParameters;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.Lease;
import dev.authpipe.proxy.vault.Leases;
import dev.authpipe.proxy.vault.NewCredential;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ConnectionId;

/**
 * Makes connections from secrets that the application has, and replaces the secret of one. A secret without refresh token is tried at the
 * provider first, where the catalog knows how; nothing is stored when it is refused.
 */
@Singleton
final class Imports {
  private static final int LONGEST_SCOPE = 512;
  private static final int MOST_SCOPES = 256;
  private static final Instant LATEST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");
  private static final Duration MOMENT = Duration.ofSeconds(5);

  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Connections connections;
  private final People people;
  private final Leases leases;
  private final Configuration configuration;
  private final ConnectionProbe probe;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  Imports(VaultDatabase database, CredentialVault vault, Connections connections, People people, Leases leases,
      Configuration configuration, ConnectionProbe probe, AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.vault = vault;
    this.connections = connections;
    this.people = people;
    this.leases = leases;
    this.configuration = configuration;
    this.probe = probe;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** One checked import. */
  private record Checked(ImportInput input, Integration integration, URI apiBase, String tokenOrigin,
      CredentialParameters parameters) {}

  /** Makes all or nothing. */
  List<ConnectionListing> create(Caller caller, List<ImportInput> inputs, String requestId) {
    List<Checked> checked = inputs.stream().map(input -> check(caller, input)).toList();
    checked.forEach(one -> tryOut(one.integration(), one.apiBase(), one.input().credential()));
    try (Sealer sealer = vault.hold(caller.workspace())) {
      return database.inWorkspace(caller.workspace(), tx -> {
        List<ConnectionListing> made = new ArrayList<>();
        for (Checked one : checked) {
          made.add(create(tx, caller, one, sealer, requestId));
        }
        return made;
      });
    }
  }

  private ConnectionListing create(Tx tx, Caller caller, Checked one, Sealer sealer, String requestId) {
    ImportInput input = one.input();
    Integration integration = one.integration();
    EndUser person = people.ensure(tx, input.endUser().id(), input.endUser().displayName(), input.endUser().email());
    Instant now = clock.instant();
    List<String> scopes = scopes(input.credential());
    ConnectionRow row = ConnectionRow.active(caller.workspace(), new ConnectionId(randomness.uuidV7()), integration.id(),
        integration.provider().slug(), person.id(), null, scopes, scopes, now).imported();
    try (NewCredential credential = credential(one, person, now)) {
      vault.create(tx, row, credential, sealer);
    }
    if (input.metadata() != null) {
      note(tx, row.id(), input.metadata());
    }
    audit.append(tx, AuditEntry.of(AuditType.CONNECTION_IMPORTED, caller.actor(), AuditObject.connection(row.id()))
        .requestId(requestId).detail(AuditDetail.INTEGRATION, integration.id())
        .detail(AuditDetail.PROVIDER, integration.provider().slug()).detail(AuditDetail.END_USER, person.id())
        .detail(AuditDetail.CREDENTIAL_TYPE, input.credential().type()).scopes(AuditDetail.SCOPES_GRANTED, scopes).build());
    return connections.show(tx, row.id()).orElseThrow();
  }

  private void note(Tx tx, ConnectionId connection, Map<String, String> metadata) {
    try {
      if (!connections.updateMetadata(tx, connection, metadata)) {
        throw VisibleConnections.unknown();
      }
    } catch (IllegalArgumentException _) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "metadata has at most 50 entries, keys of 1 to 64 and values of at most 512 characters.");
    }
  }

  /** Puts another secret in a connection's place; the masked prefix of the new one. */
  String replace(Caller caller, ConnectionListing listing, CredentialInput input, String requestId) {
    ConnectionRow row = listing.connection();
    Integration integration = configuration.integration(caller.workspace(), row.integration().toString())
        .orElseThrow(() -> new ProblemException(ErrorCode.INTEGRATION_MISCONFIGURED, "The integration is no longer configured."));
    Checked checked = check(integration, new ImportInput(integration.slug(),
        new ImportInput.Person(listing.endUser().identifier(), null, null), input, kept(integration, row), null));
    tryOut(integration, checked.apiBase(), input);
    try (Sealer sealer = vault.hold(caller.workspace())) {
      database.run(caller.workspace(), tx -> replace(tx, caller, listing, checked, sealer, requestId));
    }
    return MaskedPrefix.of(secret(input), integration.provider().secretPrefixes());
  }

  /** What the connection's parameters were, as far as they are still the connection's own to set. */
  private Map<String, String> kept(Integration integration, ConnectionRow connection) {
    if (integration.provider().parameters().isEmpty()) {
      return Map.of();
    }
    CredentialRow row = vault.row(connection.workspace(), connection.id()).filter(CredentialRow::hasCiphertext)
        .orElseThrow(() -> new ProblemException(ErrorCode.DISCONNECTED));
    Map<String, String> kept = new HashMap<>();
    try (OpenCredential opened = vault.open(row)) {
      opened.parameters().values().forEach((name, value) -> {
        if (integration.mayBeSet(name, value, false)) {
          kept.put(name, value);
        }
      });
    }
    return kept;
  }

  private void replace(Tx tx, Caller caller, ConnectionListing listing, Checked checked, Sealer sealer, String requestId) {
    ConnectionId connection = listing.connection().id();
    Lease lease = leases.seize(tx, connection, "connection", randomness.uuidV7(), MOMENT)
        .orElseThrow(VisibleConnections::unknown); // a refresh under way finds another generation, and its answer is given back
    CredentialRow row = vault.row(tx, connection).orElseThrow(VisibleConnections::unknown);
    if (row.status() == ConnectionStatus.DISCONNECTED) {
      throw new ProblemException(ErrorCode.DISCONNECTED);
    }
    EndUser person = listing.endUser();
    try (NewCredential credential = credential(checked, person, clock.instant())) {
      if (!vault.replace(tx, connection, row.generation(), credential, sealer)) {
        throw new ProblemException(ErrorCode.CONFLICT);
      }
    }
    audit.append(tx, AuditEntry.of(AuditType.CREDENTIAL_REPLACED, caller.actor(), AuditObject.connection(connection))
        .requestId(requestId).detail(AuditDetail.GENERATION, row.generation() + 1)
        .detail(AuditDetail.INTEGRATION, row.integration()).detail(AuditDetail.PROVIDER, row.provider())
        .detail(AuditDetail.CREDENTIAL_TYPE, checked.input().credential().type()).build());
    leases.release(tx, lease);
  }

  private Checked check(Caller caller, ImportInput input) {
    requireWhole(input);
    Integration integration = configuration.integration(caller.workspace(), input.integration()).filter(
        one -> caller.maySee(one.id())).orElseThrow(() -> new ProblemException(ErrorCode.UNPROCESSABLE, "No such integration."));
    ImportInput.Person person = input.endUser();
    if (!EndUserGuard.isIdentifier(person.id()) || isOutside(person.displayName(), 0, 256) || isOutside(person.email(), 0, 320)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "end_user has an id of 1 to 256, a display_name of at most 256 and an email of at most 320 characters, none of them control characters.");
    }
    return check(integration, input);
  }

  /** What the types promise and a body may lack all the same. */
  private static void requireWhole(@Nullable ImportInput input) {
    if (input == null || input.integration() == null || input.endUser() == null || input.credential() == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "integration, end_user and credential are required.");
    }
  }

  private Checked check(Integration integration, ImportInput input) {
    checkCredential(integration, input.credential());
    Map<String, String> params = params(integration, input.params() == null ? Map.of() : input.params());
    try {
      boolean oauth = integration.provider().authType() == AuthType.OAUTH2;
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
      default -> false;
    };
    List<String> scopes = scopes(input);
    boolean sane = scopes.size() <= MOST_SCOPES && scopes.stream().noneMatch(one -> isOutside(one, 1, LONGEST_SCOPE))
        && !isOutside(input.tokenType(), 1, 64) && !isOutside(input.username(), 0, 512) && isSane(input.expiresAt());
    if (!fits || !sane || !isInjectable(input)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "The credential does not fit the integration, whose provider takes " + expected.name().toLowerCase(Locale.ROOT)
              + ".");
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

  private void tryOut(Integration integration, URI apiBase, CredentialInput input) {
    if (input.refreshToken() != null) {
      return; // its access token may well be expired, and using the refresh token would change it
    }
    if (probe.tryOut(integration, apiBase, type(input), input.username(), secret(input)) instanceof ProbeOutcome.Refused) {
      throw new ProblemException(ErrorCode.CREDENTIAL_REFUSED);
    }
  }

  private static NewCredential credential(Checked checked, EndUser person, Instant now) {
    CredentialInput input = checked.input().credential();
    SecretText refreshToken = input.refreshToken();
    return NewCredential.builder(type(input), person.id(), person.identifier(), checked.apiBase(), checked.tokenOrigin())
        .proxyOnly(checked.integration().proxyOnly()).parameters(checked.parameters())
        .accessToken(copy(secret(input))).refreshToken(refreshToken == null ? null : copy(refreshToken))
        .tokenType(input.type().equals("oauth2") ? input.tokenType() == null ? "Bearer" : input.tokenType() : "")
        .scopes(scopes(input)).username(input.username()).issuedAt(now).accessExpiresAt(input.expiresAt()).build();
  }

  private static CredentialType type(CredentialInput input) {
    return switch (input.type()) {
      case "oauth2" -> CredentialType.OAUTH2;
      case "api_key" -> CredentialType.API_KEY;
      case "basic" -> CredentialType.BASIC;
      default -> CredentialType.BEARER;
    };
  }

  private static SecretText secret(CredentialInput input) {
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

  private static List<String> scopes(CredentialInput input) {
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

  private static SecretText copy(SecretText text) {
    return SecretText.copyOf(text.exposeUtf8(), 0, text.length());
  }
}
