package dev.authpipe.proxy.connect;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A session as its application sees it. Never carries a finish code.
 *
 * @param id           {@code cs_…}
 * @param status       {@code pending}, {@code authorized}, {@code finished}, {@code failed} or {@code expired}
 * @param reason       why it failed or expired, or why the last attempt did
 * @param integrations ids of what may be chosen
 * @param connectionId once finished
 * @param expiresAt    when it can no longer be used
 */
record SessionView(String id, String status, @Nullable String reason, List<String> integrations, @Nullable String connectionId,
    Instant expiresAt) {

  static SessionView of(ConnectSession session, ConnectSettings settings) {
    boolean over = (session.state() == SessionState.PENDING && !session.live())
        || (session.state() == SessionState.AUTHORIZED && session.finishHash() == null
            && !session.authorizedWithin(settings.finishWithin()));
    return new SessionView(session.id().toString(), over ? SessionState.EXPIRED.word() : session.state().word(), session.reason(),
        session.integrations().stream().map(Object::toString).toList(),
        session.result() == null ? null : session.result().toString(), session.expiresAt());
  }
}
