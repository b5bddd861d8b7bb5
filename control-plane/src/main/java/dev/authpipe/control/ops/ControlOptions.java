package dev.authpipe.control.ops;

import java.time.Clock;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * What a program that starts the control plane inside itself may change beyond the settings file: for tests and the demo. The command line
 * always uses {@link #NONE}; no setting leads here.
 *
 * @param clock      wall time; null: the system's
 * @param ticker     elapsed time; null: the system's
 * @param properties framework properties, which win over everything
 */
public record ControlOptions(@Nullable Clock clock, @Nullable Ticker ticker, Map<String, Object> properties) {
  /** Nothing changed. */
  public static final ControlOptions NONE = new ControlOptions(null, null, Map.of());

  /** Copies the map. */
  public ControlOptions {
    properties = Map.copyOf(properties);
  }
}
