package dev.authpipe.proxy.connect;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.vault.ConnectionListing;

/** Whether a received credential became a connection. */
sealed interface MakingOutcome {
  /** It did; the connection as it is shown. */
  record Made(ConnectionListing shown) implements MakingOutcome {}

  /** It must not: another account, or the session is over meanwhile. Nothing was written. */
  record Unfit(ErrorCode code) implements MakingOutcome {}
}
