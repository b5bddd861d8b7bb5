package dev.authpipe.testkit.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the provider does with the calls to come. Calls without a line in the script are answered normally.
 *
 * <p>Behaviours given to {@link #next} are used up one per call, in order; after them {@link #always} applies.
 */
public final class Script {

  private final Map<Call, Deque<Behaviour>> coming = new EnumMap<>(Call.class);
  private final Map<Call, Behaviour> standing = new EnumMap<>(Call.class);
  private final Deque<List<CallbackChange>> callbacks = new ArrayDeque<>();

  Script() {}

  /** One behaviour for each of the next calls of that kind. */
  public synchronized Script next(Call call, Behaviour... behaviours) {
    coming.computeIfAbsent(call, _ -> new ArrayDeque<>()).addAll(List.of(behaviours));
    return this;
  }

  /** The same behaviour for so many of the next calls. */
  public synchronized Script nextTimes(int times, Call call, Behaviour behaviour) {
    for (var i = 0; i < times; i++) {
      next(call, behaviour);
    }
    return this;
  }

  /** A behaviour for every call of that kind until {@link #clear()}. */
  public synchronized Script always(Call call, Behaviour behaviour) {
    standing.put(call, behaviour);
    return this;
  }

  /** All these changes together on the next answer of the authorization endpoint. */
  public synchronized Script nextCallback(CallbackChange... changes) {
    callbacks.add(List.of(changes));
    return this;
  }

  public synchronized void clear() {
    coming.clear();
    standing.clear();
    callbacks.clear();
  }

  /** Whether every scripted line has been played. */
  public synchronized boolean isPlayed() {
    return callbacks.isEmpty() && coming.values().stream().allMatch(Deque::isEmpty);
  }

  synchronized Behaviour take(Call call) {
    var queue = coming.get(call);
    var next = queue == null ? null : queue.poll();
    return next != null ? next : standing.getOrDefault(call, Behaviours.normally());
  }

  synchronized List<CallbackChange> takeCallback() {
    var next = callbacks.poll();
    return next == null ? List.of() : next;
  }
}
