package dev.authpipe.control.feed;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.dataplane.DataPlane;
import dev.authpipe.control.dataplane.DataPlanes;
import dev.authpipe.control.dataplane.FeedHash;
import dev.authpipe.control.dataplane.FeedVersion;
import dev.authpipe.control.dataplane.ServedWorkspace;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Feed;

/**
 * Puts the feed of a data plane together from what the rooms have, only when something of its workspaces changed. Must never hold a workspace
 * that is not assigned to the data plane or not of its regions. Thread-safe.
 */
@Singleton
final class Feeds {
  private static final int LARGEST = 16 * 1024 * 1024;
  private static final long MOST_BYTES_KEPT = 256L * 1024 * 1024;
  private static final int LOCKS = 64;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);

  private record PartKey(ServedWorkspace state) {}

  private final Database database;
  private final DataPlanes planes;
  private final Workspaces workspaces;
  private final List<FeedSource> sources;
  private final Cache<DataPlaneId, PublishedFeed> published = Caffeine.newBuilder().maximumWeight(MOST_BYTES_KEPT)
      .weigher((DataPlaneId _, PublishedFeed feed) -> feed.length() + 1_024).build();
  private final Cache<PartKey, Part> parts = Caffeine.newBuilder().maximumWeight(MOST_BYTES_KEPT)
      .weigher((PartKey _, Part part) -> part.length() + 128).expireAfterAccess(Duration.ofHours(1)).build();
  private final List<Lock> locks = java.util.stream.Stream.generate(() -> (Lock) new ReentrantLock()).limit(LOCKS).toList();

  /** A workspace as it stands in feeds, and where it may go. A class of its own, for records compare arrays by identity. */
  private static final class Part {
    private final String region;
    private final byte[] json;
    private final byte @Nullable [] branded;

    Part(String region, byte[] json, byte @Nullable [] branded) {
      this.region = region;
      this.json = json;
      this.branded = branded;
    }

    int length() {
      return json.length + (branded == null ? 0 : branded.length);
    }
  }

  Feeds(Database database, DataPlanes planes, Workspaces workspaces, Collection<FeedSource> sources) {
    this.database = database;
    this.planes = planes;
    this.workspaces = workspaces;
    this.sources = List.copyOf(sources);
  }

  /**
   * The feed of a data plane as it is to be now.
   *
   * @param seen the highest version that the proxy saw: after a restore of this store, versions go on above it
   */
  PublishedFeed of(LinkPeer peer, long seen) {
    PublishedFeed present = published.getIfPresent(peer.dataPlane());
    List<ServedWorkspace> state = database.lookUp(dsl -> planes.served(dsl, peer.dataPlane()));
    if (present != null && present.isMadeOf(state) && present.version() >= seen) {
      return present;
    }
    Lock one = locks.get(Math.floorMod(peer.dataPlane().hashCode(), LOCKS)); // one of its replicas waits for the other's work
    one.lock();
    try {
      PublishedFeed made = database.inWorkspace(peer.home(), tx -> make(tx, peer.dataPlane(), seen));
      published.put(peer.dataPlane(), made);
      return made;
    } finally {
      one.unlock();
    }
  }

  private PublishedFeed make(Tx tx, DataPlaneId id, long seen) {
    DataPlane plane = planes.find(tx, id).orElseThrow(() -> new ProblemException(ErrorCode.UNAUTHENTICATED));
    List<ServedWorkspace> state = planes.served(tx, id);
    List<byte[]> held = new ArrayList<>();
    List<byte[]> branded = new ArrayList<>();
    for (ServedWorkspace workspace : state) {
      Part part = part(tx, workspace);
      if (part != null && plane.regions().contains(part.region)) {
        held.add(part.json);
        branded.add(part.branded == null ? part.json : part.branded);
      }
    }
    if (length(held) > LARGEST) {
      throw new ProblemException(ErrorCode.OVERLOADED, "The feed is larger than 16 MiB.");
    }
    FeedHash content = FeedHash.over(branded);
    FeedVersion version = planes.publish(tx, id, content, seen);
    byte[] plain = document(id, version, held);
    long full = length(branded);
    boolean same = full == length(held) || full > LARGEST; // pictures must not shut everything else out
    return new PublishedFeed(state, version.version(), content.label(), plain, same ? null : document(id, version, branded));
  }

  private static long length(List<byte[]> held) {
    return 256 + held.stream().mapToLong(part -> part.length + 1L).sum();
  }

  /** A workspace is read again when it changed; the version of its configuration is raised in the transaction of each change. */
  private @Nullable Part part(Tx tx, ServedWorkspace state) {
    PartKey key = new PartKey(state);
    Part known = parts.getIfPresent(key);
    if (known != null) {
      return known;
    }
    Part made = tx.within(state.id(), bound -> {
      Workspace workspace = workspaces.find(bound).orElse(null);
      if (workspace == null) {
        return null;
      }
      FeedDraft draft = new FeedDraft();
      sources.forEach(source -> source.add(bound, draft));
      Feed.Workspace whole = draft.of(workspace);
      byte[] json = LinkJson.write(whole.withShown(whole.integrations(), null));
      return new Part(workspace.region(), json, whole.branding() == null ? null : LinkJson.write(whole));
    });
    if (made != null) {
      parts.put(key, made);
    }
    return made;
  }

  private static byte[] document(DataPlaneId id, FeedVersion version, List<byte[]> held) {
    ByteArrayOutputStream json = new ByteArrayOutputStream((int) length(held));
    text(json, "{\"data_plane\":\"" + id + "\",\"issued_at\":\"" + TIME.format(version.issuedAt()) + "\",\"v\":1,\"version\":"
        + version.version() + ",\"workspaces\":[");
    for (int i = 0; i < held.size(); i++) {
      if (i > 0) {
        json.write(',');
      }
      json.writeBytes(held.get(i));
    }
    text(json, "]}");
    return json.toByteArray();
  }

  private static void text(ByteArrayOutputStream json, String ascii) {
    json.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
