package dev.authpipe.proxy.clientsecret;

import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.clientsecret.ClientKeyOutcome.Reason;
import dev.authpipe.proxy.clientsecret.ClientKeyView.State;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Makes, rotates, retires and destroys the key pairs of integrations, each change with its event in one transaction. A key is made here and sealed
 * before it is stored; nothing takes one from outside, and nothing gives one away. A successor is published before it signs, and a key that
 * signs no more stays published until what it signed has expired.
 */
@Singleton
public final class ClientKeyLife {
  /** How long a next key is published before it signs, unless somebody says otherwise: providers keep key sets for hours. */
  public static final Duration USUAL_LEAD = Duration.ofHours(24);
  /** The longest lead that may be asked for. */
  public static final Duration LONGEST_LEAD = Duration.ofDays(30);
  /** How long a key stays published after its last signature: the life of an assertion, and what clocks may differ. */
  static final Duration AFTERLIFE = Duration.ofMinutes(5);

  private static final int BITS = 3072;
  private static final int MOST = 8;

  private final String kekName;
  private final ClientSecretsDatabase database;
  private final Envelopes envelopes;
  private final ClientKeys keys;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;
  private final int bits;

  @Inject
  public ClientKeyLife(EnvelopeSettings settings, ClientSecretsDatabase database, @Named("client_secrets") Envelopes envelopes,
      ClientKeys keys, AuditLog audit, Randomness randomness, Clock clock) {
    this(settings, database, envelopes, keys, audit, randomness, clock, BITS);
  }

  /** @param bits of a new key */
  ClientKeyLife(EnvelopeSettings settings, ClientSecretsDatabase database, Envelopes envelopes, ClientKeys keys, AuditLog audit,
      Randomness randomness, Clock clock, int bits) {
    this.bits = bits;
    this.kekName = settings.clientSecretsKek();
    this.database = database;
    this.envelopes = envelopes;
    this.keys = keys;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * Whose keys are changed, and by whom.
   *
   * @param origin    the origin of the token endpoint that a new key is sealed to
   * @param source    {@code api} or {@code command}
   * @param requestId of the request; null: none
   */
  public record Change(WorkspaceId workspace, IntegrationId integration, String origin, AuditActor actor, String source,
      @Nullable String requestId) {}

  /** Makes the first key, which signs at once. */
  public ClientKeyOutcome make(Change change) {
    return added(change, Duration.ZERO, true);
  }

  /**
   * Makes the next key and publishes it.
   *
   * @param lead after which it signs in the place of the present one: zero to {@link #LONGEST_LEAD}
   */
  public ClientKeyOutcome rotate(Change change, Duration lead) {
    if (lead.isNegative() || lead.compareTo(LONGEST_LEAD) > 0) {
      throw new IllegalArgumentException("a next key is published for 0 to 30 days before it signs");
    }
    return added(change, lead, false);
  }

  /** Has the next key sign from now on. */
  public ClientKeyOutcome activate(Change change) {
    return changed(change, tx -> {
      Instant now = now();
      List<ClientKeyRow> all = locked(tx, change);
      ClientKeyRow next = find(all, State.PUBLISHED, now).orElse(null);
      if (next == null) {
        return refused(Reason.NOT_UNDER_WAY);
      }
      find(all, State.SIGNING, now).ifPresent(present -> write(tx, present.until(now, now.plus(AFTERLIFE))));
      ClientKeyRow active = write(tx, next.from(now));
      record(tx, change, AuditType.CLIENT_KEY_ACTIVATED, active);
      return done(tx, active, now);
    });
  }

  /**
   * Ends a key: one that signs does so no more, and the next one takes over; one that never signed is destroyed and the present one stays.
   *
   * @param evenLast  whether the integration may be left without a key that signs
   * @param atOnce    whether its public part goes now, so that what it signed counts no more at providers that look
   */
  public ClientKeyOutcome retire(Change change, String keyId, boolean evenLast, boolean atOnce) {
    return changed(change, tx -> {
      Instant now = now();
      List<ClientKeyRow> all = locked(tx, change);
      ClientKeyRow row = all.stream().filter(one -> one.keyId().equals(keyId)).findFirst().orElse(null);
      if (row == null) {
        return refused(Reason.UNKNOWN);
      }
      Optional<ClientKeyRow> next = find(all, State.PUBLISHED, now);
      if (row.state(now) == State.SIGNING && next.isEmpty() && !evenLast) {
        return refused(Reason.LAST);
      }
      ClientKeyRow ended = switch (row.state(now)) {
        case PUBLISHED -> {
          find(all, State.SIGNING, now).ifPresent(present -> write(tx, present.until(null, null)));
          ClientKeyStore.delete(tx, row);
          yield keys.signed(change.workspace(), row.until(now, now));
        }
        case SIGNING -> {
          next.ifPresent(one -> write(tx, one.from(now)));
          yield ended(tx, row.until(now, now.plus(AFTERLIFE)), atOnce);
        }
        case ENDING -> ended(tx, row, atOnce);
      };
      record(tx, change, AuditType.CLIENT_KEY_RETIRED, ended);
      return done(tx, ended, now);
    });
  }

  /** Destroys the keys of a workspace whose time is over; how many. */
  public int destroyEnded(WorkspaceId workspace) {
    return database.inWorkspace(workspace, tx -> {
      List<ClientKeyRow> over = ClientKeyStore.ended(tx, now());
      for (ClientKeyRow row : over) {
        ClientKeyStore.delete(tx, row);
        audit.append(tx, AuditEntry.of(AuditType.CLIENT_KEY_DESTROYED, AuditActor.job("client-keys"),
            AuditObject.integration(row.integration())).detail(AuditDetail.VERSION, row.version()).build());
        tx.afterCommit(() -> keys.drop(workspace, row.integration()));
      }
      return over.size();
    });
  }

  private ClientKeyOutcome added(Change change, Duration lead, boolean first) {
    KeyPair pair = randomness.rsaKeyPair(bits); // before anything is locked: it takes its time
    envelopes.ensureKeyset(change.workspace(), kekName);
    try (Sealer sealer = envelopes.hold(change.workspace());
        SecretBytes plaintext = SecretBytes.taking(pair.getPrivate().getEncoded())) {
      return changed(change, tx -> {
        Instant now = now();
        List<ClientKeyRow> all = locked(tx, change);
        Reason reason = unfit(all, first, now);
        if (reason != null) {
          return refused(reason);
        }
        long version = all.isEmpty() ? 1 : all.getLast().version() + 1;
        byte[] sealed = sealer.seal(
            ClientKeyRow.context(change.workspace(), change.integration(), version, change.origin()), plaintext);
        ClientKeyRow row = keys.signed(change.workspace(), new ClientKeyRow(change.integration(), version, thumbprint(pair),
            pair.getPublic().getEncoded(), sealed, change.origin(), first ? now.minus(AFTERLIFE) : now.plus(lead), null, null,
            now, new byte[0]));
        if (!ClientKeyStore.add(tx, row)) {
          return refused(Reason.CHANGED);
        }
        find(all, State.SIGNING, now)
            .ifPresent(present -> write(tx, present.until(row.signsFrom(), row.signsFrom().plus(AFTERLIFE))));
        record(tx, change, first ? AuditType.CLIENT_KEY_MADE : AuditType.CLIENT_KEY_ROTATED, row);
        return done(tx, row, now);
      });
    }
  }

  private static @Nullable Reason unfit(List<ClientKeyRow> all, boolean first, Instant now) {
    boolean lives = all.stream().anyMatch(one -> one.state(now) != State.ENDING);
    if (first) {
      return lives ? Reason.EXISTS : all.size() < MOST ? null : Reason.TOO_MANY;
    }
    if (!lives) {
      return Reason.NONE;
    }
    return find(all, State.PUBLISHED, now).isPresent() ? Reason.UNDER_WAY : all.size() < MOST ? null : Reason.TOO_MANY;
  }

  private static Optional<ClientKeyRow> find(List<ClientKeyRow> all, State state, Instant now) {
    return all.stream().filter(one -> one.state(now) == state).findFirst();
  }

  private ClientKeyRow ended(Tx tx, ClientKeyRow row, boolean atOnce) {
    if (atOnce) {
      ClientKeyStore.delete(tx, row);
      return keys.signed(tx.workspace(), row);
    }
    return write(tx, row);
  }

  /** Only what was ours before gets a new MAC. */
  private List<ClientKeyRow> locked(Tx tx, Change change) {
    List<ClientKeyRow> all = ClientKeyStore.lock(tx, change.integration());
    all.forEach(row -> keys.requireOurs(change.workspace(), row));
    return all;
  }

  private ClientKeyRow write(Tx tx, ClientKeyRow row) {
    ClientKeyRow signed = keys.signed(tx.workspace(), row);
    ClientKeyStore.times(tx, signed);
    return signed;
  }

  private ClientKeyOutcome changed(Change change, Function<Tx, ClientKeyOutcome> work) {
    return database.inWorkspace(change.workspace(), tx -> {
      ClientKeyOutcome outcome = work.apply(tx);
      tx.afterCommit(() -> keys.drop(change.workspace(), change.integration()));
      return outcome;
    });
  }

  private void record(Tx tx, Change change, AuditType type, ClientKeyRow row) {
    AuditEntry.Builder entry = AuditEntry.of(type, change.actor(), AuditObject.integration(change.integration()))
        .requestId(change.requestId()).detail(AuditDetail.VERSION, row.version()).detail(AuditDetail.SOURCE, change.source());
    audit.append(tx,
        (type == AuditType.CLIENT_KEY_ROTATED ? entry.detail(AuditDetail.SIGNS_FROM, row.signsFrom()) : entry).build());
  }

  private ClientKeyOutcome done(Tx tx, ClientKeyRow row, Instant now) {
    return new ClientKeyOutcome.Done(keys.view(tx.workspace(), row, now));
  }

  private static ClientKeyOutcome refused(Reason reason) {
    return new ClientKeyOutcome.Refused(reason);
  }

  /** As PostgreSQL keeps it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static String thumbprint(KeyPair pair) {
    try {
      return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).build().computeThumbprint().toString();
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a key has no thumbprint", impossible);
    }
  }
}
