package dev.authpipe.proxy.connect;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.wire.ConnectionId;

/** What a request to finish may do. */
sealed interface FinishClaim {
  /** Nobody else may: the intent is written, go on. */
  record Granted(ConnectSession session, ConnectAttempt attempt, EndUser person) implements FinishClaim {}

  /** It was done before: the same connection. */
  record Done(ConnectionId connection) implements FinishClaim {}

  /** The identical request is under way on this or another replica. */
  record UnderWay() implements FinishClaim {}

  /** It may not. */
  record Refused(ErrorCode code) implements FinishClaim {}
}
