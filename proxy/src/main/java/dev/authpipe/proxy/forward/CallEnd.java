package dev.authpipe.proxy.forward;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.refresh.FreshOutcome;

/** What a proxied call asks of the world around it. Never sees a body. */
interface CallEnd {

  /** Said once, when the call is over, however it went. */
  void ended(AuditOutcome outcome, @Nullable String reason);

  /** The answer repeated a credential and is refused. Said before the end. */
  void echoed();

  /** It turned out to be one that may stay open for long: an event stream, or a WebSocket. */
  void staysOpen();

  /** The provider has answered 101: what comes of the caller from now on is for the tunnel. */
  void switched(HotExchange tunnel);

  /** The credential once more, for a call that is made again: blocks until it is known. */
  FreshOutcome credential();

  /** The provider refused this generation: blocks until there is another, or none to be had. */
  FreshOutcome afterInvalidToken(long generation);
}
