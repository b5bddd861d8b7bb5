package dev.authpipe.proxy.journal;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.journal.JournalEntry.State;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** What a journal holds, by connection. In memory only; thread-safe. */
final class JournalEntries {
  private final ConcurrentMap<RowKey, Set<JournalEntry>> entries = new ConcurrentHashMap<>();
  private final Set<JournalEntry> left = ConcurrentHashMap.newKeySet();

  void add(JournalEntry entry) {
    entries.compute(key(entry), (_, present) -> {
      Set<JournalEntry> all = present == null ? ConcurrentHashMap.newKeySet() : present;
      all.add(entry);
      return all;
    });
    if (entry.state() == State.LEFT) {
      left.add(entry);
    }
  }

  void remove(JournalEntry entry) {
    left.remove(entry);
    entries.computeIfPresent(key(entry), (_, present) -> {
      present.remove(entry);
      return present.isEmpty() ? null : present;
    });
  }

  /** It is to be recovered from now on, or no longer. */
  void left(JournalEntry entry, boolean now) {
    if (now) {
      left.add(entry);
    } else {
      left.remove(entry);
    }
  }

  int size() {
    return entries.values().stream().mapToInt(Set::size).sum();
  }

  boolean knows(RowKey connection) {
    return entries.containsKey(connection);
  }

  /** What is to be recovered, in the order of generations. */
  List<JournalEntry> left() {
    return sorted(left.stream());
  }

  List<JournalEntry> settled() {
    return sorted(all().filter(one -> one.state() == State.SETTLED));
  }

  long unsettled() {
    return all().filter(JournalEntry::isUnsettled).count();
  }

  /** Those of all workspaces, in no order. */
  List<JournalEntry> everyUnsettled() {
    return all().filter(JournalEntry::isUnsettled).toList();
  }

  List<JournalEntry> unsettled(WorkspaceId workspace) {
    return sorted(all().filter(one -> one.isUnsettled() && one.place().workspace().equals(workspace)));
  }

  List<JournalEntry> of(RowKey connection) {
    Set<JournalEntry> present = entries.get(connection);
    return present == null ? List.of() : sorted(present.stream());
  }

  /** The first answer to this generation or a later one. */
  @Nullable
  JournalEntry answerTo(WorkspaceId workspace, ConnectionId connection, long generation) {
    Set<JournalEntry> present = entries.get(new RowKey(workspace, connection.value()));
    return present == null
        ? null
        : present.stream()
            .filter(one -> one.place().purpose() == JournalPurpose.REFRESH && one.place().generation() >= generation)
            .min(Comparator.comparingLong(one -> one.place().generation())).orElse(null);
  }

  private Stream<JournalEntry> all() {
    return entries.values().stream().flatMap(Set::stream);
  }

  private static List<JournalEntry> sorted(Stream<JournalEntry> some) {
    return some.sorted(Comparator.<JournalEntry>comparingLong(one -> one.place().generation())
        .thenComparing(one -> one.place().received())).toList();
  }

  private static RowKey key(JournalEntry entry) {
    return new RowKey(entry.place().workspace(), entry.place().connection().value());
  }
}
