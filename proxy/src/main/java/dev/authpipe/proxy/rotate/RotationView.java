package dev.authpipe.proxy.rotate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.KeysetView;

/**
 * How the keysets of a workspace stand in one store.
 *
 * @param store    {@code vault} or {@code client_secrets}
 * @param phase    of the rotation
 * @param until    when the phase ends, where a clock keeps it
 * @param asker    who asked for the rotation under way, where the store says so; only the vault does
 * @param keysets  the usable ones, oldest first
 * @param records  how many sealed records name which of them, by version; empty while the keys cannot be used, for then nobody can tell
 * @param left     records that are still to be resealed
 * @param ending   records that name a keyset of before and end by themselves
 * @param journals rescue journals of replicas that may name one, or whose replica has not said since
 */
public record RotationView(String store, Phase phase, @Nullable Instant until, @Nullable Asker asker, List<KeysetView> keysets,
    Map<Integer, Long> records, long left, long ending, List<String> journals) {

  /** What a rotation waits for or does. */
  public enum Phase {
    /** There is none. */
    NONE,
    /** Until every process can open by the new keyset. */
    OPENING,
    /** Until nobody seals under the one before any more. */
    SETTLING,
    /** Records are sealed anew. */
    RESEALING,
    /** Until what names the one before has ended by itself. */
    ENDING,
    /** Nothing names the one before; it is destroyed when no cache has anything older. */
    UNUSED;

    /** For programs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies. */
  public RotationView {
    keysets = List.copyOf(keysets);
    records = Map.copyOf(records);
    journals = List.copyOf(journals);
  }

  /** How many sealed records there are. */
  public long total() {
    return records.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether everything that lasts is sealed under the present keyset; what is left ends by itself. */
  public boolean isResealed() {
    return phase == Phase.NONE || phase == Phase.ENDING || phase == Phase.UNUSED;
  }
}
