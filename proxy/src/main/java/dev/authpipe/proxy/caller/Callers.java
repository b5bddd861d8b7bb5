package dev.authpipe.proxy.caller;

import java.net.InetAddress;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

/** Says who is calling. Must never keep an API key. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
@Singleton
public final class Callers {
  /**
   * The outcome if it can be told without blocking, else null: for event loops. What this answers was counted against the limits of the key;
   * after null, {@link #authenticate} counts.
   *
   * @param authorization value of the {@code Authorization} header; null: none
   * @param remote        the caller's address, from trusted proxies where there are any
   */
  public @Nullable CallerOutcome warm(@Nullable CharSequence authorization, InetAddress remote) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #warm}, but reads what is not in memory. Never throws for what a caller sends or a store does. */
  public CallerOutcome authenticate(@Nullable CharSequence authorization, InetAddress remote) {
    throw new UnsupportedOperationException();
  }

  /** Counts a destructive call (disconnect, erase, revoke) against 10 a minute per key (S37); null: allowed. */
  public CallerOutcome.@Nullable Limited destructive(Caller caller) {
    throw new UnsupportedOperationException();
  }
}
