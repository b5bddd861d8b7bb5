package dev.authpipe.proxy.refresh;

import java.util.Locale;

/** Why a token endpoint is asked. Never changes how the answer is handled. */
enum RefreshCause {
  /** The access token is about to expire. */
  DUE,
  /** A caller asked for it. */
  FORCED,
  /** The provider's API said that the access token is no longer good. */
  INVALID_TOKEN,
  /** The answer to the trip before was lost, or contradicted one that was: the same refresh token once more. */
  REPEAT;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
