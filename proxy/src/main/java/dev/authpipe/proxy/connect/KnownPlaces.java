package dev.authpipe.proxy.connect;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Which row a hash leads to, as far as this replica made or met it lately: a hash leads to one row for good, so that nobody has to be asked
 * again. Never says that there still is a row or in what state: whoever uses it reads that. At most {@value #MOST}. Thread-safe.
 */
final class KnownPlaces<P> {
  private static final int MOST = 4_096;

  /** Longer than a session lasts; after that nobody asks for good reasons. */
  private static final Duration REMEMBERED = Duration.ofMinutes(15);

  private final Cache<ByteBuffer, P> known = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

  /** From memory, or by the look-up; what nobody knows is not remembered. */
  Optional<P> find(byte[] hash, Function<byte[], Optional<P>> lookUp) {
    P remembered = known.getIfPresent(ByteBuffer.wrap(hash));
    if (remembered != null) {
      return Optional.of(remembered);
    }
    Optional<P> found = lookUp.apply(hash);
    found.ifPresent(place -> remember(hash, place));
    return found;
  }

  /** How many are remembered. */
  long size() {
    known.cleanUp();
    return known.estimatedSize();
  }

  /** After the transaction that made it. */
  void remember(byte[] hash, P place) {
    known.put(ByteBuffer.wrap(hash.clone()), place);
  }
}
