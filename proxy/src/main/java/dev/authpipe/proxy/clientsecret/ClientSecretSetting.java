package dev.authpipe.proxy.clientsecret;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ClientSecretEntryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Sets the client secret of an integration and records it in the same transaction. Never shows one. */
@Singleton
public final class ClientSecretSetting {
  private static final Instant LATEST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

  private final ClientSecrets secrets;
  private final AuditLog audit;

  public ClientSecretSetting(ClientSecrets secrets, AuditLog audit) {
    this.secrets = secrets;
    this.audit = audit;
  }

  /**
   * Whose client secret is set.
   *
   * @param workspace   whose integration it is
   * @param integration the integration
   * @param origin      the origin of the token endpoint that the secret is sealed to
   * @param prefixes    fixed beginnings of the provider's secrets, which a masked prefix may show
   */
  public record Place(WorkspaceId workspace, IntegrationId integration, String origin, List<String> prefixes) {
    /** Copies the list. */
    public Place {
      prefixes = List.copyOf(prefixes);
    }
  }

  /** Whether a stated end of a secret is in the future and within what a store can hold. */
  public static boolean isSaneEnd(Instant expiresAt, Instant now) {
    return expiresAt.isAfter(now) && expiresAt.isBefore(LATEST_EXPIRY);
  }

  /** Seals a secret that a file holds, unless its content is what is sealed already. */
  public SealOutcome sealIfChanged(Place place, SecretText secret, Duration keepPrevious, AuditActor actor) {
    Replacement how = new Replacement(null, keepPrevious);
    return secrets.sealIfChanged(place.workspace, place.integration, secret, typePrefix(place, secret), place.origin, how,
        recorded(place, how, actor, "file", null, null));
  }

  /**
   * Replaces the client secret.
   *
   * @param source    {@code api} or {@code command}
   * @param requestId of the request; null: none
   */
  public ClientSecretView set(Place place, SecretText secret, Replacement how, AuditActor actor, String source,
      @Nullable String requestId) {
    return set(place, secret, how, recorded(place, how, actor, source, null, requestId));
  }

  /**
   * Replaces the client secret with one that a person entered by a one-time link.
   *
   * @param use uses the link up in the same transaction, or ends it by an exception
   */
  ClientSecretView enter(Place place, SecretText secret, Replacement how, ClientSecretEntryId entry, Consumer<Tx> use,
      @Nullable String requestId) {
    Replaced.Recorder recorder = recorded(place, how, AuditActor.stranger(), "page", entry, requestId);
    return set(place, secret, how, (tx, what) -> {
      use.accept(tx);
      recorder.record(tx, what);
    });
  }

  private ClientSecretView set(Place place, SecretText secret, Replacement how, Replaced.Recorder recorder) {
    secrets.set(place.workspace, place.integration, secret, typePrefix(place, secret), place.origin, how, recorder);
    return secrets.view(place.workspace, place.integration).orElseThrow();
  }

  private Replaced.Recorder recorded(Place place, Replacement how, AuditActor actor, String source,
      @Nullable ClientSecretEntryId entry,
      @Nullable String requestId) {
    return (tx, what) -> {
      AuditType type = what.version() == 1 ? AuditType.CLIENT_SECRET_SET : AuditType.CLIENT_SECRET_ROTATED;
      audit.append(tx,
          AuditEntry.of(type, actor, AuditObject.integration(place.integration)).requestId(requestId)
              .detail(AuditDetail.VERSION, what.version()).detail(AuditDetail.SOURCE, source)
              .detail(AuditDetail.EXPIRES_AT, how.expiresAt()).detail(AuditDetail.PREVIOUS_UNTIL, what.keptUntil())
              .detail(AuditDetail.ENTRY, entry).build());
      Long gone = what.gone();
      if (gone != null) {
        audit.append(tx, PreviousSecrets.ended(place.integration, gone, actor, "replaced").requestId(requestId)
            .detail(AuditDetail.SOURCE, source).build());
      }
    };
  }

  /** The longest of the provider's fixed beginnings that this secret has; empty: none. */
  private static String typePrefix(Place place, SecretText secret) {
    byte[] content = secret.exposeUtf8();
    String longest = "";
    for (String prefix : place.prefixes) {
      byte[] bytes = prefix.getBytes(StandardCharsets.UTF_8);
      boolean begins = content.length >= bytes.length && Arrays.equals(content, 0, bytes.length, bytes, 0, bytes.length);
      if (begins && prefix.length() > longest.length()) {
        longest = prefix;
      }
    }
    return longest;
  }
}
