package dev.authpipe.control.connection;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.micronaut.core.annotation.Introspected;

/**
 * Counts of connections.
 *
 * @param states how many of those that are not ended are in which state
 * @param data   by integration, status and state
 */
@Introspected
record ConnectionCounts(Map<String, Integer> states, List<ConnectionCount> data) {

  static ConnectionCounts of(List<ConnectionCount> counts) {
    Map<String, Integer> states = new TreeMap<>();
    counts.stream().filter(count -> count.status().equals("active"))
        .forEach(count -> states.merge(count.state(), count.connections(), Integer::sum));
    return new ConnectionCounts(states, counts);
  }
}
