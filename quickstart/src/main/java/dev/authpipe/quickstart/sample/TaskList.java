package dev.authpipe.quickstart.sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/** Everybody's tasks, in memory. An issue imported twice is one task. */
final class TaskList {

  private static final int MOST_PER_PERSON = 500;

  private final Map<EndUserId, Map<String, Task>> tasks = new LinkedHashMap<>();

  synchronized List<Task> of(EndUserId person) {
    return new ArrayList<>(tasks.getOrDefault(person, Map.of()).values());
  }

  /** Adds what is new and brings up to date what is known; returns how many were new. */
  synchronized int add(EndUserId person, List<Task> imported) {
    Map<String, Task> own = tasks.computeIfAbsent(person, key -> new LinkedHashMap<>());
    int added = 0;
    for (Task task : imported) {
      String key = task.source() + " " + task.key();
      if (own.containsKey(key) || own.size() < MOST_PER_PERSON) {
        added += own.put(key, task) == null ? 1 : 0;
      }
    }
    return added;
  }

  synchronized void removeFrom(EndUserId person, ConnectionId source) {
    tasks.getOrDefault(person, Map.of()).values().removeIf(task -> task.source().equals(source));
  }

  synchronized void removeAll(EndUserId person) {
    tasks.remove(person);
  }
}
