package dev.authpipe.bench.micro;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.authpipe.bench.Prepared;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.CallerOutcome;
import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.http.Peer;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;

/** A whole proxy in the benchmark's process, with one connection of 2 KB that has been read. */
@State(Scope.Benchmark)
public class WarmProxy {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private @Nullable Prepared prepared;
  private @Nullable ProxyServer server;
  private @Nullable Pieces pieces;
  private @Nullable CredentialRequest request;
  private @Nullable Peer peer;
  private String authorization = "";

  /** Starts it. */
  @Setup(Level.Trial)
  public void start() throws IOException {
    CompletableFuture<Pieces> collected = new CompletableFuture<>();
    Path directory = Files.createTempDirectory("authpipe-bench-micro");
    Prepared ground = Prepared.in(directory);
    prepared = ground;
    Map<URI, URI> standIns = new HashMap<>();
    List<String> names = ground.standIns();
    for (int i = 0; i < names.size(); i += 2) {
      standIns.put(URI.create(names.get(i)), URI.create(names.get(i + 1)));
    }
    ProxyServer started = ProxyServer.start(ground.settings(),
        new ProxyOptions(standIns, null, null, Map.of(PieceCollector.PROPERTY, collected)));
    server = started;
    pieces = collected.join();
    String apiKey = ground.apiKey();
    authorization = "Bearer " + apiKey;
    ConnectionId connection = ConnectionId.parse(ground.imported(started.api(), apiKey));
    peer = Peer.at(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}));
    if (!(pieces().callers().authenticate(authorization, peer()) instanceof CallerOutcome.Authenticated(Caller caller))) {
      throw new IllegalStateException("the API key is not good");
    }
    request = new CredentialRequest(caller.workspace(), connection, Duration.ofMinutes(1), WAIT);
    pieces().credentials().get(request()).close();
  }

  /** Stops it. */
  @TearDown(Level.Trial)
  public void stop() {
    Objects.requireNonNull(server).close();
    Objects.requireNonNull(prepared).close();
  }

  /** What a warm call goes through. */
  public Pieces pieces() {
    return Objects.requireNonNull(pieces);
  }

  /** The header of a caller that is known. */
  public String authorization() {
    return authorization;
  }

  /** Where it calls from. */
  public Peer peer() {
    return Objects.requireNonNull(peer);
  }

  /** The connection. */
  public CredentialRequest request() {
    return Objects.requireNonNull(request);
  }

  /** Its credential, opened; to be closed. */
  public OpenCredential opened() {
    if (pieces().credentials().warm(request()) instanceof FreshOutcome.Fresh(OpenCredential credential)) {
      return credential;
    }
    throw new IllegalStateException("the credential is not warm");
  }

  /** What the catalog says of its provider's API. */
  public ApiProfile api() {
    return pieces().configuration().integration(request().workspace(), "bench").orElseThrow().provider().api();
  }
}
