package dev.authpipe.control.dataplane;

import java.time.Duration;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditOutcome;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.ProblemException;

/**
 * Records that something of a proxy was refused, at most once per proxy, reason and minute: a flood must not fill the log that is to show it.
 * Never records what was refused.
 */
@Singleton
public final class LinkRefusals {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int MOST = 10_000;

  private record Key(@Nullable LinkPeer peer, String reason) {}

  private final Database database;
  private final AuditLog audit;
  private final Cache<Key, Boolean> recent;

  LinkRefusals(Database database, AuditLog audit, Ticker ticker) {
    this.database = database;
    this.audit = audit;
    this.recent = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(PAUSE).ticker(ticker).build();
  }

  /** Reads a document of a proxy, or of a stranger (null); one that is not exactly what the link has is refused. */
  public <T extends Record> T read(@Nullable LinkPeer peer, String requestId, Class<T> type, byte[] body) {
    return orRefuse(peer, requestId, () -> LinkJson.read(type, body));
  }

  /** Does what an IllegalArgumentException means a refusal of. */
  public <T> T orRefuse(@Nullable LinkPeer peer, String requestId, Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException malformed) {
      record(peer, requestId, "malformed");
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "Not a document of the link, or of a version that is not known.");
    }
  }

  /** Records a refusal. */
  public void record(@Nullable LinkPeer peer, String requestId, String reason) {
    if (recent.asMap().putIfAbsent(new Key(peer, reason), Boolean.TRUE) != null) {
      return;
    }
    if (peer == null) {
      database.run(Database.PLANE, tx -> audit.append(tx,
          AuditEntry.of(AuditType.STRANGER_REFUSED, AuditActor.stranger(), AuditObject.configuration("data_plane_link"))
              .outcome(AuditOutcome.REFUSED).reason(reason).detail(AuditDetail.CALLS, 1).requestId(requestId).build()));
    } else {
      database.run(peer.home(), tx -> audit.append(tx, AuditEntry
          .of(AuditType.DATA_PLANE_REFUSED, AuditActor.dataPlane(peer.dataPlane()), AuditObject.dataPlane(peer.dataPlane()))
          .outcome(AuditOutcome.REFUSED).reason(reason).requestId(requestId).build()));
    }
  }
}
