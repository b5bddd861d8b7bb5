package dev.authpipe.control.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler;
import io.netty.handler.ssl.SslHandler;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The data-plane link as a listener: puts mutual TLS in front of its connections, and knows which of them are whose, so that those of a
 * revoked proxy can be ended. Never decides who may do what. Thread-safe.
 */
@Singleton
public final class LinkListener {
  /** Most connections of one identity at a time: all replicas of a proxy share it. */
  private static final int MOST_OF_ONE = 64;
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  private final @Nullable LinkTls tls;
  private final Map<LinkIdentity, Set<Channel>> open = new ConcurrentHashMap<>();
  private final Set<LinkIdentity> known = ConcurrentHashMap.newKeySet();

  LinkListener(ListenerSettings settings) {
    ListenerSettings.LinkKey key = settings.linkKey();
    this.tls = key == null ? null : LinkTls.read(key);
  }

  /** Reads a key of the link; an IllegalArgumentException says in one sentence what is wrong with it. */
  public static void verify(ListenerSettings.LinkKey key) {
    LinkTls.read(key);
  }

  /** Our own identity; empty: the link is not set up and does not listen. */
  public Optional<LinkIdentity> identity() {
    return Optional.ofNullable(tls).map(LinkTls::identity);
  }

  /** Remembers that an identity is an enrolled proxy's, so that {@link #known} names it as long as it is connected. */
  public void remember(LinkIdentity identity) {
    if (open.containsKey(identity)) {
      known.add(identity);
    }
  }

  /** Enrolled identities that are connected. */
  public Set<LinkIdentity> known() {
    return Set.copyOf(known);
  }

  /** Ends every connection of an identity. */
  public void end(LinkIdentity identity) {
    known.remove(identity);
    open.getOrDefault(identity, Set.of()).forEach(Channel::close);
  }

  /** Prepares a new connection, before its first byte. */
  void secure(ChannelPipeline pipeline) {
    LinkTls ours = tls;
    if (ours == null) {
      pipeline.channel().close();
      return;
    }
    if (pipeline.get(CleartextHttp2ServerUpgradeHandler.class) != null) { // the link speaks HTTP/1.1 only
      pipeline.remove(CleartextHttp2ServerUpgradeHandler.class);
      pipeline.addAfter(pipeline.context(HttpServerCodec.class).name(), "link-upgrades", new UpgradeRefusal());
      pipeline.addFirst("link-reads", new DetachedReads());
    }
    SslHandler handler = ours.context().newHandler(pipeline.channel().alloc());
    handler.setHandshakeTimeoutMillis(HANDSHAKE.toMillis());
    pipeline.addFirst("link-tls", handler);
  }

  /** Counts a connection in; false: its identity has too many. */
  boolean begin(LinkIdentity identity, Channel channel) {
    boolean[] taken = new boolean[1];
    open.compute(identity, (_, present) -> {
      Set<Channel> all = present == null ? ConcurrentHashMap.newKeySet() : present;
      taken[0] = all.size() < MOST_OF_ONE && all.add(channel);
      return all.isEmpty() ? null : all;
    });
    if (taken[0]) {
      channel.closeFuture().addListener(_ -> ended(identity, channel));
    }
    return taken[0];
  }

  private void ended(LinkIdentity identity, Channel channel) {
    open.computeIfPresent(identity, (_, all) -> {
      all.remove(channel);
      if (all.isEmpty()) {
        known.remove(identity);
        return null;
      }
      return all;
    });
  }
}
