package dev.authpipe.proxy.forward;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.refresh.FreshOutcome;

/** What a proxied call asks of the world around it. Never sees a body. */
interface CallEnd {

  /** Said once, when the call is over, however it went. */
  void ended(AuditOutcome outcome, @Nullable String reason);

  /** The provider refused this generation: blocks until there is another, or none to be had. */
  FreshOutcome afterInvalidToken(long generation);
}
