package dev.authpipe.proxy.caller;

import java.time.Clock;
import java.time.Instant;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.Peer;
import dev.authpipe.wire.WorkspaceId;

/**
 * Says who is calling. A forged key is told by its checksum without a query; a warm key costs one HMAC, no SQL and no KMS call. Must never
 * keep an API key or tell a stranger why one is not good. Thread-safe.
 */
@Singleton
public final class Callers {
  private static final CallerOutcome UNAUTHENTICATED = new CallerOutcome.Refused(ErrorCode.UNAUTHENTICATED);
  private static final CallerOutcome WRONG_ADDRESS = new CallerOutcome.Refused(ErrorCode.ADDRESS_NOT_ALLOWED);

  private static final CallerOutcome WITHOUT_CERTIFICATE = new CallerOutcome.Refused(ErrorCode.CLIENT_CERTIFICATE_REQUIRED);

  private final KnownKeys known;
  private final DeploymentKeys keys;
  private final Refusals refusals;
  private final Clock clock;

  Callers(KnownKeys known, DeploymentKeys keys, Refusals refusals, Clock clock) {
    this.known = known;
    this.keys = keys;
    this.refusals = refusals;
    this.clock = clock;
  }

  /**
   * The outcome if it can be told without blocking, else null: for event loops. What this answers was counted against the limits of the key;
   * after null, {@link #authenticate} counts.
   *
   * @param authorization value of the {@code Authorization} header; null: none
   * @param peer          who is at the other end of the connection, or behind trusted proxies
   */
  public @Nullable CallerOutcome warm(@Nullable CharSequence authorization, Peer peer) {
    ApiKeyText sent = ApiKeyText.parse(authorization);
    if (sent == null) {
      return refuse(Database.STORE, authorization == null ? "api_key_missing" : "api_key_malformed");
    }
    if (!keys.warm()) {
      return null;
    }
    try {
      KnownKey key = known.warm(sent.id());
      if (key != null) {
        return decide(key, sent, peer, true);
      }
      return sent.checksumHolds(keys) ? null : refuse(Database.STORE, "api_key_forged");
    } catch (KeyUnavailableException gone) {
      return null; // its hard limit passed between the two lines; the blocking variant finds out why
    }
  }

  /** As {@link #warm}, but reads what is not in memory. Never throws for what a caller sends or a store or KMS does. */
  public CallerOutcome authenticate(@Nullable CharSequence authorization, Peer peer) {
    return authenticate(authorization, peer, true);
  }

  /** As {@link #authenticate}, of a call that was counted when it began and still goes on: counts against no limit. */
  public CallerOutcome stillGood(@Nullable CharSequence authorization, Peer peer) {
    return authenticate(authorization, peer, false);
  }

  private CallerOutcome authenticate(@Nullable CharSequence authorization, Peer peer, boolean counts) {
    ApiKeyText sent = ApiKeyText.parse(authorization);
    if (sent == null) {
      return refuse(Database.STORE, authorization == null ? "api_key_missing" : "api_key_malformed");
    }
    try {
      KnownKey key = known.warm(sent.id());
      if (key == null) {
        if (!sent.checksumHolds(keys)) {
          return refuse(Database.STORE, "api_key_forged");
        }
        key = known.get(sent.id());
      }
      return key == null ? refuse(Database.STORE, "api_key_unknown") : decide(key, sent, peer, counts);
    } catch (StoreUnavailableException unavailable) {
      return new CallerOutcome.Unavailable(ErrorCode.STORE_UNAVAILABLE);
    } catch (KeyUnavailableException unavailable) {
      return new CallerOutcome.Unavailable(ErrorCode.KEY_UNAVAILABLE);
    }
  }

  /** Counts a destructive call (disconnect, erase, revoke) against 10 a minute per key and replica (S37); null: allowed. */
  public CallerOutcome.@Nullable Limited destructive(Caller caller) {
    KeyMeter meter = known.meter(new RowKey(caller.workspace(), caller.key().value()));
    return meter == null ? null : meter.takeDestructive();
  }

  CallerOutcome decide(KnownKey key, ApiKeyText sent, Peer peer, boolean counts) {
    WorkspaceId workspace = key.authenticated().caller().workspace();
    if (!key.hashIs(keys.apiKeyHash(sent.text()))) {
      return refuse(workspace, "api_key_wrong");
    }
    if (!key.isIntact()) {
      return refuse(workspace, "api_key_integrity");
    }
    Instant now = clock.instant();
    if (key.isRevoked() || key.isExpired(now)) {
      return refuse(workspace, key.isRevoked() ? "api_key_revoked" : "api_key_expired");
    }
    if (key.isDisabled()) {
      return refuse(workspace, "api_key_disabled");
    }
    if (!key.isGoodFrom(peer.address())) {
      refusals.count(workspace, "address_not_allowed", null);
      return WRONG_ADDRESS;
    }
    if (!key.isGoodWith(peer.certificate())) {
      refusals.count(workspace, "client_certificate_required", null);
      return WITHOUT_CERTIFICATE;
    }
    CallerOutcome limited = counts ? key.meter().take(now) : null;
    return limited == null ? key.authenticated() : limited;
  }

  private CallerOutcome refuse(WorkspaceId workspace, String kind) {
    refusals.count(workspace, kind, null);
    return UNAUTHENTICATED;
  }
}
