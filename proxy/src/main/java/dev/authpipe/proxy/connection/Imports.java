package dev.authpipe.proxy.connection;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.probe.ProbeOutcome;
import dev.authpipe.proxy.refresh.FirstToken;
import dev.authpipe.proxy.refresh.FirstTokenOutcome;
import dev.authpipe.proxy.refresh.FirstTokens;
import dev.authpipe.proxy.secret.MaskedPrefix;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialRow;
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
  private static final int MOST_TRIED_OUT = 100;
  private static final int MOST_AT_ONCE = 16;
  private static final Duration MOMENT = Duration.ofSeconds(5);

  private final VaultDatabase database;
  private final CredentialVault vault;
  private final Connections connections;
  private final People people;
  private final Leases leases;
  private final Configuration configuration;
  private final ImportChecks checks;
  private final ConnectionProbe probe;
  private final FirstTokens firstTokens;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  Imports(VaultDatabase database, CredentialVault vault, Connections connections, People people, Leases leases,
      Configuration configuration, ImportChecks checks, ConnectionProbe probe, FirstTokens firstTokens, AuditLog audit,
      Randomness randomness,
      Clock clock) {
    this.database = database;
    this.vault = vault;
    this.connections = connections;
    this.people = people;
    this.leases = leases;
    this.configuration = configuration;
    this.checks = checks;
    this.probe = probe;
    this.firstTokens = firstTokens;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Keeps something of what was made, in the transaction that makes it. */
  @FunctionalInterface
  interface Keeping {
    void keep(Tx tx, Sealer sealer, List<ConnectionListing> made);
  }

  /** Makes one. */
  ConnectionListing create(Caller caller, ImportInput input, String requestId, Keeping keeping) {
    Ready ready = tryOut(checks.check(caller, input));
    return make(caller, List.of(ready), requestId, keeping).getFirst();
  }

  /**
   * Makes all or nothing.
   *
   * @param rows   null: what is wrong with the row stands in {@code faults}
   * @param faults gains what else is wrong
   * @throws ProblemException if a row is wrong; each that is found to be is named
   */
  List<ConnectionListing> createAll(Caller caller, List<@Nullable ImportInput> rows, RowFaults faults, String requestId,
      Keeping keeping) {
    List<ImportChecks.Checked> checked = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      ImportInput input = rows.get(row);
      try {
        if (input != null) {
          checked.add(checks.check(caller, input));
        }
      } catch (ProblemException wrong) {
        faults.add(row, wrong);
      }
    }
    faults.refuse();
    return make(caller, tryAllOut(checked, faults), requestId, keeping);
  }

  /**
   * What was checked and tried out.
   *
   * @param token minted for it; null: the secret is what the caller brought
   */
  private record Ready(ImportChecks.Checked checked, @Nullable FirstToken token) {}

  /** Asks providers side by side, and tells of the refusals in the order of the rows. */
  private List<Ready> tryAllOut(List<ImportChecks.Checked> all, RowFaults faults) {
    long untried = all.stream().filter(one -> one.input().credential().refreshToken() == null).count();
    if (untried > MOST_TRIED_OUT) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE,
          "At most " + MOST_TRIED_OUT + " rows of a batch may be without a refresh token: each is tried out at its provider.");
    }
    Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
    List<Future<Ready>> tried = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ImportChecks.Checked one : all) {
        tried.add(threads.submit(() -> tryOut(one, atOnce)));
      }
    }
    List<Ready> ready = tried.stream().filter(one -> one.state() == Future.State.SUCCESS).map(Future::resultNow).toList();
    try {
      for (int row = 0; row < tried.size(); row++) {
        if (tried.get(row).state() != Future.State.SUCCESS) {
          faults.add(row, refusal(tried.get(row)));
        }
      }
      faults.refuse();
      return ready;
    } catch (RuntimeException nothingMade) {
      ready.forEach(this::giveBack);
      throw nothingMade;
    }
  }

  /** What a try-out was refused with; what it failed with otherwise ends the request as it would alone. */
  private static ProblemException refusal(Future<Ready> tried) {
    if (tried.state() == Future.State.FAILED && tried.exceptionNow() instanceof RuntimeException fault) {
      if (fault instanceof ProblemException problem) {
        return problem;
      }
      throw fault;
    }
    throw new ProblemException(ErrorCode.PROVIDER_UNREACHABLE);
  }

  private Ready tryOut(ImportChecks.Checked one, Semaphore atOnce) throws InterruptedException {
    if (one.input().credential().refreshToken() != null) {
      return new Ready(one, null);
    }
    atOnce.acquire();
    try {
      return tryOut(one);
    } finally {
      atOnce.release();
    }
  }

  private List<ConnectionListing> make(Caller caller, List<Ready> ready, String requestId, Keeping keeping) {
    boolean kept = false;
    try (Sealer sealer = vault.hold(caller.workspace())) {
      List<ConnectionListing> all = database.inWorkspace(caller.workspace(), tx -> {
        Map<String, EndUser> persons = persons(tx, ready.stream().map(Ready::checked).toList());
        List<ConnectionListing> made = new ArrayList<>();
        for (Ready one : ready) {
          EndUser person = Objects.requireNonNull(persons.get(one.checked().input().endUser().id()));
          made.add(make(tx, caller, one, person, sealer, requestId));
        }
        keeping.keep(tx, sealer, made);
        return made;
      });
      kept = true;
      return all;
    } finally {
      ready.forEach(kept ? Imports::wipe : this::giveBack);
    }
  }

  private static void wipe(Ready one) {
    FirstToken token = one.token();
    if (token != null) {
      token.close();
    }
  }

  /** What was minted for nothing. */
  private void giveBack(Ready one) {
    FirstToken token = one.token();
    if (token != null) {
      firstTokens.giveBack(one.checked().integration(), one.checked().parameters(), one.checked().tokenOrigin(), token);
    }
  }

  /** Everybody, in the order of their names: two batches that name the same people must not wait for each other. */
  private Map<String, EndUser> persons(Tx tx, List<ImportChecks.Checked> checked) {
    Map<String, EndUser> persons = new HashMap<>();
    checked.stream().map(one -> one.input().endUser()).sorted(Comparator.comparing(ImportInput.Person::id))
        .forEach(one -> persons.put(one.id(), people.ensure(tx, one.id(), one.displayName(), one.email())));
    return persons;
  }

  private ConnectionListing make(Tx tx, Caller caller, Ready ready, EndUser person, Sealer sealer, String requestId) {
    ImportChecks.Checked one = ready.checked();
    ImportInput input = one.input();
    Integration integration = one.integration();
    Instant now = clock.instant();
    FirstToken token = ready.token();
    List<String> scopes = token == null ? ImportChecks.scopes(input.credential()) : token.scopes();
    List<String> requested = token == null ? scopes : one.requestedScopes();
    ConnectionRow row = ConnectionRow.active(caller.workspace(), new ConnectionId(randomness.uuidV7()), integration.id(),
        integration.provider().slug(), person.id(), null, requested, scopes, now).imported();
    try (NewCredential credential = credential(ready, person, now)) {
      vault.create(tx, row, credential, sealer);
    }
    if (input.metadata() != null && !connections.updateMetadata(tx, row.id(), input.metadata())) {
      throw VisibleConnections.unknown();
    }
    audit.append(tx, AuditEntry.of(AuditType.CONNECTION_IMPORTED, caller.actor(), AuditObject.connection(row.id()))
        .requestId(requestId).detail(AuditDetail.INTEGRATION, integration.id())
        .detail(AuditDetail.PROVIDER, integration.provider().slug()).detail(AuditDetail.END_USER, person.id())
        .detail(AuditDetail.CREDENTIAL_TYPE, input.credential().type())
        .detail(AuditDetail.EXPIRES_AT, input.credential().secretExpiresAt())
        .scopes(AuditDetail.SCOPES_GRANTED, scopes).build());
    return connections.show(tx, row.id()).orElseThrow();
  }

  /** Those of a batch that are still there and that the caller may see, as they are now. */
  List<ConnectionListing> present(Caller caller, List<ConnectionId> made) {
    return database.inWorkspace(caller.workspace(),
        tx -> made.stream().flatMap(one -> connections.show(tx, one).stream())
            .filter(one -> caller.maySee(one.connection().integration())).toList());
  }

  /** Puts another secret in a connection's place; the masked prefix of the new one. */
  String replace(Caller caller, ConnectionListing listing, CredentialInput input, String requestId) {
    ConnectionRow row = listing.connection();
    Integration integration = configuration.integration(caller.workspace(), row.integration().toString())
        .orElseThrow(() -> new ProblemException(ErrorCode.INTEGRATION_MISCONFIGURED, "The integration is no longer configured."));
    ImportChecks.Checked checked = checks.check(integration, new ImportInput(integration.slug(),
        new ImportInput.Person(listing.endUser().identifier(), null, null), input, kept(integration, row), null));
    Ready ready = tryOut(checked);
    boolean kept = false;
    try (Sealer sealer = vault.hold(caller.workspace())) {
      database.run(caller.workspace(), tx -> replace(tx, caller, listing, ready, sealer, requestId));
      kept = true;
    } finally {
      if (kept) {
        wipe(ready);
      } else {
        giveBack(ready);
      }
    }
    SecretText shown = checked.mints() ? input.clientSecret() : ImportChecks.secret(input);
    return shown == null ? "" : MaskedPrefix.of(shown, integration.provider().secretPrefixes());
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

  private void replace(Tx tx, Caller caller, ConnectionListing listing, Ready ready, Sealer sealer,
      String requestId) {
    ConnectionId connection = listing.connection().id();
    Lease lease = leases.seize(tx, connection, "connection", randomness.uuidV7(), MOMENT)
        .orElseThrow(VisibleConnections::unknown); // a refresh under way finds another generation, and its answer is given back
    CredentialRow row = vault.row(tx, connection).orElseThrow(VisibleConnections::unknown);
    if (row.status() == ConnectionStatus.DISCONNECTED) {
      throw new ProblemException(ErrorCode.DISCONNECTED);
    }
    EndUser person = listing.endUser();
    try (NewCredential credential = credential(ready, person, clock.instant())) {
      if (!vault.replace(tx, connection, row.generation(), credential, sealer)) {
        throw new ProblemException(ErrorCode.CONFLICT);
      }
    }
    connections.authorizedElsewhere(tx, connection);
    audit.append(tx, AuditEntry.of(AuditType.CREDENTIAL_REPLACED, caller.actor(), AuditObject.connection(connection))
        .requestId(requestId).detail(AuditDetail.GENERATION, row.generation() + 1)
        .detail(AuditDetail.INTEGRATION, row.integration()).detail(AuditDetail.PROVIDER, row.provider())
        .detail(AuditDetail.CREDENTIAL_TYPE, ready.checked().input().credential().type())
        .detail(AuditDetail.EXPIRES_AT, ready.checked().input().credential().secretExpiresAt()).build());
    leases.release(tx, lease);
  }

  /** Asks the provider whether what the caller brought works; with client credentials by minting an access token. */
  private Ready tryOut(ImportChecks.Checked checked) {
    CredentialInput input = checked.input().credential();
    if (checked.mints()) {
      return new Ready(checked, minted(checked, input));
    }
    if (input.refreshToken() == null && probe.tryOut(checked.integration(), checked.apiBase(), ImportChecks.type(input),
        input.username(), ImportChecks.secret(input)) instanceof ProbeOutcome.Refused) {
      throw new ProblemException(ErrorCode.CREDENTIAL_REFUSED);
    }
    return new Ready(checked, null); // an access token beside a refresh token may well be expired, and using the latter would change it
  }

  private FirstToken minted(ImportChecks.Checked checked, CredentialInput input) {
    String id = input.clientId();
    SecretText secret = input.clientSecret();
    try (ConnectionClient client = id == null ? null : new ConnectionClient(id, secret == null ? null : copy(secret))) {
      return switch (firstTokens.mint(checked.integration(), checked.parameters(), checked.tokenOrigin(), client,
          checked.requestedScopes())) {
        case FirstTokenOutcome.Minted(FirstToken token) -> token;
        case FirstTokenOutcome.Failed(FirstTokenOutcome.Reason reason) -> throw new ProblemException(code(reason));
      };
    }
  }

  private static ErrorCode code(FirstTokenOutcome.Reason reason) {
    return switch (reason) {
      case CLIENT_REFUSED -> ErrorCode.CREDENTIAL_REFUSED;
      case REQUEST_REFUSED -> ErrorCode.PROVIDER_REFUSED;
      case MISCONFIGURED -> ErrorCode.INTEGRATION_MISCONFIGURED;
      case ORIGIN_CHANGED -> ErrorCode.TOKEN_ORIGIN_CHANGED;
      case UNREACHABLE -> ErrorCode.PROVIDER_UNREACHABLE;
      case NO_ANSWER -> ErrorCode.PROVIDER_TIMEOUT;
      case MALFORMED -> ErrorCode.PROVIDER_ANSWER_INVALID;
    };
  }

  private static NewCredential credential(Ready ready, EndUser person, Instant now) {
    ImportChecks.Checked checked = ready.checked();
    CredentialInput input = checked.input().credential();
    FirstToken token = ready.token();
    NewCredential.Builder made = NewCredential
        .builder(ImportChecks.type(input), person.id(), person.identifier(), token == null ? checked.apiBase() : token.apiBase(),
            checked.tokenOrigin())
        .proxyOnly(checked.integration().proxyOnly()).parameters(checked.parameters());
    if (token != null) {
      return token.into(made).build();
    }
    SecretText refreshToken = input.refreshToken();
    return made.accessToken(copy(ImportChecks.secret(input))).refreshToken(refreshToken == null ? null : copy(refreshToken))
        .tokenType(input.type().equals("oauth2") ? input.tokenType() == null ? "Bearer" : input.tokenType() : "")
        .scopes(ImportChecks.scopes(input)).username(input.username()).issuedAt(now).accessExpiresAt(input.expiresAt())
        .secretExpiresAt(input.secretExpiresAt()).build();
  }

  private static SecretText copy(SecretText text) {
    return SecretText.copyOf(text.exposeUtf8(), 0, text.length());
  }
}
