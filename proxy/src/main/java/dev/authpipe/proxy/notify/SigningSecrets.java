package dev.authpipe.proxy.notify;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Makes the signing secrets of endpoints and opens them for signing. A secret is shown by the call that makes it and never again.
 */
@Singleton
public final class SigningSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(SigningSecrets.class);

  private final VaultDatabase database;
  private final Envelopes envelopes;
  private final Randomness randomness;
  private final AuditLog audit;
  private final NotifySettings settings;
  private final Clock clock;

  SigningSecrets(VaultDatabase database, @Named("vault") Envelopes envelopes, Randomness randomness, AuditLog audit,
      NotifySettings settings, Clock clock) {
    this.database = database;
    this.envelopes = envelopes;
    this.randomness = randomness;
    this.audit = audit;
    this.settings = settings;
    this.clock = clock;
  }

  /** A secret that was just made. */
  public static final class Made {
    private final int version;
    private final SecretText secret;

    Made(int version, SecretText secret) {
      this.version = version;
      this.secret = secret;
    }

    /** Counts the secrets of the endpoint. */
    public int version() {
      return version;
    }

    /** As the application's library takes it, {@code whsec_…}; for the caller to show and close. */
    public SecretText secret() {
      return secret;
    }
  }

  /** Makes the first secret of an endpoint; empty when it has one. */
  public Optional<Made> make(WorkspaceId workspace, WebhookId endpoint, AuditActor actor) {
    return make(workspace, endpoint, actor, false);
  }

  /** Makes the next secret of an endpoint; the present one signs along for a day. Empty when it has none. */
  public Optional<Made> rotate(WorkspaceId workspace, WebhookId endpoint, AuditActor actor) {
    return make(workspace, endpoint, actor, true);
  }

  private Optional<Made> make(WorkspaceId workspace, WebhookId endpoint, AuditActor actor, boolean next) {
    try (SecretBytes secret = SecretBytes.taking(randomness.bytes(Signature.SECRET_LENGTH));
        Sealer sealer = envelopes.hold(workspace)) {
      int made = database.inWorkspace(workspace, tx -> {
        int latest = SigningSecretStore.latest(tx, endpoint);
        return next == (latest > 0) && add(tx, sealer, endpoint, latest + 1, secret, actor) ? latest + 1 : 0;
      });
      return made == 0 ? Optional.empty() : Optional.of(new Made(made, Signature.shown(secret)));
    }
  }

  private boolean add(Tx tx, Sealer sealer, WebhookId endpoint, int version, SecretBytes secret, AuditActor actor) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    byte[] sealed = sealer.seal(SigningSecretStore.context(tx.workspace(), endpoint, version), secret);
    if (!SigningSecretStore.add(tx, endpoint, version, sealed, now)) {
      return false;
    }
    if (version == 1) {
      int waited = DeliveryStore.move(tx, endpoint, now.plus(settings.giveUpAfter()), now);
      LOG.debug("{} events waited for the signing secret of {}", waited, endpoint);
      audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_SECRET_MADE, actor, AuditObject.webhook(endpoint))
          .detail(AuditDetail.VERSION, version).build());
    } else {
      Instant end = now.plus(settings.overlap());
      SigningSecretStore.endBefore(tx, endpoint, version, end);
      audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_SECRET_ROTATED, actor, AuditObject.webhook(endpoint))
          .detail(AuditDetail.VERSION, version).detail(AuditDetail.EXPIRES_AT, end).build());
    }
    return true;
  }

  /**
   * Opens the secrets in force, newest first; the receiver closes them.
   *
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the workspace's key cannot be used now
   * @throws dev.authpipe.proxy.envelope.IntegrityException      if one does not belong where it stands
   */
  List<SecretBytes> open(WorkspaceId workspace, List<SigningSecretStore.Row> rows) {
    List<SecretBytes> opened = new ArrayList<>();
    try {
      rows.forEach(row -> opened.add(envelopes.open(row.context(workspace), row.sealed())));
      return opened;
    } catch (RuntimeException failure) {
      opened.forEach(SecretBytes::close);
      throw failure;
    }
  }
}
