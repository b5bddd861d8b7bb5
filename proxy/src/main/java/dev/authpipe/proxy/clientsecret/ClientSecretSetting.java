package dev.authpipe.proxy.clientsecret;

import java.nio.charset.StandardCharsets;
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
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Sets the client secret of an integration and records it in the same transaction. Never shows one. */
@Singleton
public final class ClientSecretSetting {
  private static final Instant LATEST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

  private final ClientSecrets secrets;
  private final AuditLog audit;

  ClientSecretSetting(ClientSecrets secrets, AuditLog audit) {
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
  public SealOutcome sealIfChanged(Place place, SecretText secret, AuditActor actor) {
    return secrets.sealIfChanged(place.workspace, place.integration, secret, typePrefix(place, secret), place.origin,
        recorded(place, actor, null, "file", null));
  }

  /**
   * Replaces the client secret.
   *
   * @param expiresAt when it ends by itself, for reminders only; null: unknown
   * @param source      {@code api} or {@code command}
   * @param requestId of the request; null: none
   */
  public ClientSecretView set(Place place, SecretText secret, @Nullable Instant expiresAt, AuditActor actor, String source,
      @Nullable String requestId) {
    secrets.set(place.workspace, place.integration, secret, typePrefix(place, secret), place.origin,
        expiresAt, recorded(place, actor, expiresAt, source, requestId));
    return secrets.view(place.workspace, place.integration).orElseThrow();
  }

  private Consumer<Tx> recorded(Place place, AuditActor actor, @Nullable Instant expiresAt, String source,
      @Nullable String requestId) {
    long version = secrets.view(place.workspace, place.integration).map(ClientSecretView::version).orElse(0L) + 1;
    AuditType type = version == 1 ? AuditType.CLIENT_SECRET_SET : AuditType.CLIENT_SECRET_ROTATED;
    AuditEntry entry = AuditEntry.of(type, actor, AuditObject.integration(place.integration)).requestId(requestId)
        .detail(AuditDetail.VERSION, version).detail(AuditDetail.SOURCE, source).detail(AuditDetail.EXPIRES_AT, expiresAt)
        .build();
    return tx -> audit.append(tx, entry);
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
