package dev.authpipe.testkit.sandbox;

import java.util.EnumMap;
import java.util.Map;

/** Counts of what happened at the provider. A call counts when its request has arrived, whatever its fate. */
final class Observations {

  private final Map<Call, Integer> calls = new EnumMap<>(Call.class);
  private int tokenCallsInFlight;
  private int mostTokenCallsInFlight;

  synchronized void arrived(Call call) {
    calls.merge(call, 1, Integer::sum);
  }

  synchronized void tokenCallStarted() {
    tokenCallsInFlight++;
    mostTokenCallsInFlight = Math.max(mostTokenCallsInFlight, tokenCallsInFlight);
  }

  synchronized void tokenCallEnded() {
    tokenCallsInFlight--;
  }

  synchronized int calls(Call call) {
    return calls.getOrDefault(call, 0);
  }

  synchronized int mostTokenCallsInFlight() {
    return mostTokenCallsInFlight;
  }

  synchronized void forget() {
    calls.clear();
    mostTokenCallsInFlight = tokenCallsInFlight;
  }
}
