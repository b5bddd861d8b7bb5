package dev.authpipe.sdk;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IssuedAccessToken;

/**
 * Access tokens for libraries that insist on one, read from the proxy and kept for a short while in memory, nowhere else. However many
 * threads ask for the same connection and end user, the proxy is asked once. Ahead of the end one thread asks again, at a moment of its own
 * for each entry, while the others go on with the present one. An older value never takes the place of a newer one (generation).
 *
 * <p>It has no thread of its own and holds no lock while it waits, so it goes well with virtual threads. Scope {@code tokens:read}. Where
 * it can be had, a proxied call is better: the application then holds no credential at all.
 *
 * <p>Report what the provider says with {@link #rejected}, and a webhook about a connection with {@link #invalidate}.
 */
public final class AccessTokens {

  private final Connections connections;
  private final AccessTokenCaching caching;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<Key, AccessTokenEntry> entries = new ConcurrentHashMap<>();
  private final AtomicBoolean trimming = new AtomicBoolean();

  private record Key(ConnectionId connection, EndUserId endUser) {}

  AccessTokens(Connections connections, AccessTokenCaching caching, InstantSource clock, RandomGenerator random) {
    this.connections = connections;
    this.caching = caching;
    this.clock = clock;
    this.random = random;
  }

  /**
   * An access token to be used now. Never store it: the next call answers from memory too.
   *
   * @param connection which connection
   * @param endUser    whose it must be; another person's is never answered, kept or not
   * @return the access token
   * @throws AuthpipeException as {@link Connections#accessToken}; a refusal because of {@code proxy_only} is remembered for as long as an
   *     access token would be
   */
  public IssuedAccessToken get(ConnectionId connection, EndUserId endUser) {
    Key key = new Key(connection, endUser);
    AccessTokenEntry entry = entries.computeIfAbsent(key, missing -> new AccessTokenEntry(
        () -> connections.accessToken(connection, endUser, caching.minTtl()), caching.mostAge(), clock, random));
    try {
      IssuedAccessToken token = entry.get();
      trim();
      return token;
    } finally {
      if (entry.isWorthless()) {
        entries.remove(key, entry);
      }
    }
  }

  /**
   * Tells that the provider refused an access token with 401. It is not handed out from memory again, nor is anything older; when the proxy
   * itself still has it, {@link Connections#refresh} makes a new one.
   *
   * @param connection which connection
   * @param endUser    whose
   * @param token      what was refused
   */
  public void rejected(ConnectionId connection, EndUserId endUser, IssuedAccessToken token) {
    AccessTokenEntry entry = entries.get(new Key(connection, endUser));
    if (entry != null) {
      entry.reject(token.generation());
    }
  }

  /**
   * Forgets what is kept of a connection; also what is being read at this moment is not kept. Call it when the proxy tells by webhook that
   * something of the connection changed.
   *
   * @param connection which one
   */
  public void invalidate(ConnectionId connection) {
    entries.keySet().removeIf(key -> key.connection().equals(connection));
  }

  /** Forgets everything. */
  public void clear() {
    entries.clear();
  }

  /**
   * How many connections something is kept of.
   *
   * @return at most a little more than the settings say, for a moment
   */
  public int size() {
    return entries.size();
  }

  /** Makes room for a sixteenth at a time, so that each call does little: what is no use any more first, then what was not asked for longest. */
  private void trim() {
    int most = caching.mostEntries();
    if (entries.size() <= most || !trimming.compareAndSet(false, true)) {
      return;
    }
    try {
      entries.values().removeIf(entry -> !entry.isUsable());
      int spare = entries.size() - Math.max(1, most - most / 16);
      if (entries.size() > most) {
        List<Map.Entry<Key, AccessTokenEntry>> oldest = entries.entrySet().stream()
            .sorted(Comparator.comparingLong(each -> each.getValue().lastAsked())).limit(spare).toList();
        oldest.forEach(each -> entries.remove(each.getKey(), each.getValue()));
      }
    } finally {
      trimming.set(false);
    }
  }

  @Override
  public String toString() {
    return "AccessTokens[" + entries.size() + " kept]";
  }
}
