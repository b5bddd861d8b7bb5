package dev.authpipe.proxy.ops;

import java.net.URI;
import java.time.Clock;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * What a program that starts the proxy inside itself may change beyond the settings file: for tests and the demo. The command line always
 * uses {@link #NONE}; no setting leads here.
 *
 * @param standIns   provider origins (such as {@code https://slack.com}) to local origins, which may be plain HTTP on loopback
 * @param clock      wall time; null: the system's
 * @param ticker     elapsed time; null: the system's
 * @param properties framework properties, which win over everything
 */
public record ProxyOptions(Map<URI, URI> standIns, @Nullable Clock clock, @Nullable Ticker ticker,
    Map<String, Object> properties) {
  /** Nothing changed. */
  public static final ProxyOptions NONE = new ProxyOptions(Map.of(), null, null, Map.of());

  /** Copies the maps. */
  public ProxyOptions {
    standIns = Map.copyOf(standIns);
    properties = Map.copyOf(properties);
  }
}
