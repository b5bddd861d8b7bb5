package dev.authpipe.testkit.link;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;

/**
 * A control plane on loopback with real TLS 1.3 and client certificates. It keeps the rules of docs/link-format.md until a script replaces what a
 * path does. Written apart from the program, which it shares no code with.
 */
public final class ScriptedControlPlane implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ControlPlaneKeys keys = new ControlPlaneKeys();
  private final String dataPlane = "dpl_01js00000ke0080000000000" + "01";
  private final OfferedFeed feed;
  private final CommandQueue commands;
  private final ScriptedWitness witness = new ScriptedWitness();
  private final LoopbackServer server;
  private final Map<String, ExchangeHandler> scripts = new ConcurrentHashMap<>();
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> arrivals = new ConcurrentHashMap<>();
  private final List<JsonNode> reports = new CopyOnWriteArrayList<>();
  private final List<String> identities = new CopyOnWriteArrayList<>();
  private final AtomicLong nextReport = new AtomicLong(1);

  private ScriptedControlPlane(InstantSource clock) {
    feed = new OfferedFeed(dataPlane, clock);
    commands = new CommandQueue(keys, dataPlane, clock);
    server = LoopbackServer.startWithClientCertificates(this::handle, keys.pinned());
  }

  /** Starts one that tells the time by this clock. */
  public static ScriptedControlPlane start(InstantSource clock) {
    return new ScriptedControlPlane(clock);
  }

  public URI origin() {
    return server.origin();
  }

  public LoopbackServer server() {
    return server;
  }

  public String dataPlane() {
    return dataPlane;
  }

  /** A new enrolment code; the one before is void. */
  public String enrolmentCode() {
    return keys.enrolmentCode();
  }

  /** What this server proves: SHA-256 of its SubjectPublicKeyInfo. */
  public byte[] identity() {
    return keys.identity();
  }

  /** Shows those who connect from now on the certificate that is pinned, or one that is not. */
  public void showPinned(boolean pinned) {
    server.secureBy(pinned ? keys.pinned() : keys.unpinned());
  }

  /** Offers a document whose version rises by one; the workspaces are JSON. */
  public long offer(String workspaces) {
    return feed.offer(workspaces);
  }

  /** Offers a document of any version. */
  public long offer(long version, String workspaces) {
    return feed.offer(version, workspaces);
  }

  /** The version that is offered. */
  public long version() {
    return feed.version();
  }

  /** A document as the link has it, for a script. */
  public String document(long version, String workspaces) {
    return feed.document(version, workspaces);
  }

  public CommandQueue commands() {
    return commands;
  }

  /** Puts a command into the queue, with members of one's own on top; answers its id. */
  public String command(String kind, String workspace, String target, Map<String, Object> changed) {
    return commands.add(kind, workspace, target, changed);
  }

  /** What a path does from now on, such as {@code /link/v1/feed}; null: what it should. */
  public void script(String path, @Nullable ExchangeHandler handler) {
    if (handler == null) {
      scripts.remove(path);
    } else {
      scripts.put(path, handler);
    }
  }

  /** Every report that was taken, each number once. */
  public List<JsonNode> reports() {
    return List.copyOf(reports);
  }

  /** Reports of a kind. */
  public List<JsonNode> reports(String kind) {
    return reports.stream().filter(report -> report.path("kind").asText().equals(kind)).toList();
  }

  /** How many requests came to a path. */
  public long arrivals(String path) {
    AtomicLong came = arrivals.get(path);
    return came == null ? 0 : came.get();
  }

  /** Every body that came to a path. */
  public List<String> bodies(String path) {
    return List.copyOf(bodies.getOrDefault(path, List.of()));
  }

  /** Every body that came, whole. */
  public Map<String, List<String>> bodies() {
    return Map.copyOf(bodies);
  }

  /** What became of the checkpoints that came. */
  public ScriptedWitness witness() {
    return witness;
  }

  /** Identities that may speak. */
  public List<String> identities() {
    return List.copyOf(identities);
  }

  private void handle(Exchange exchange) throws IOException {
    String path = exchange.request().rawPath();
    String body = exchange.bodyText();
    arrivals.computeIfAbsent(path, _ -> new AtomicLong()).incrementAndGet();
    if (path.equals("/link/v1/feed")) {
      feed.askedAfter(after(exchange));
    }
    if (!body.isEmpty()) {
      bodies.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>()).add(body);
    }
    ExchangeHandler script = scripts.get(path);
    if (script == null) {
      honest(exchange, path, body);
    } else {
      script.handle(exchange);
    }
  }

  private void honest(Exchange exchange, String path, String body) throws IOException {
    String peer = ControlPlaneKeys.identity(exchange.peer());
    if (path.equals("/link/v1/enrol")) {
      enrol(exchange, JSON.readTree(body), peer);
    } else if (!identities.contains(peer)) {
      exchange.answer(Answer.of(401));
    } else {
      identities.removeIf(other -> identities.indexOf(other) < identities.indexOf(peer)); // its first use retires the old one
      exchange.answer(answer(exchange, path, body));
    }
  }

  private Answer answer(Exchange exchange, String path, String body) throws IOException {
    return switch (path) {
      case "/link/v1/identity" -> {
        identities.add(JSON.readTree(body).path("next").asText());
        yield Answer.of(204);
      }
      case "/link/v1/feed" -> feed.answer(exchange);
      case "/link/v1/commands" -> Answer.json(200, commands.due(after(exchange)));
      case "/link/v1/reports" -> Answer.json(200, "{\"v\":1,\"next\":" + take(JSON.readTree(body)) + "}");
      case "/link/v1/checkpoints" -> Answer.json(200, witness.answer(JSON.readTree(body)));
      case "/link/v1/heartbeat" -> Answer.of(204);
      default -> Answer.of(404);
    };
  }

  /** The number that a poll asks after. */
  public static long after(Exchange exchange) {
    return Long.parseLong(exchange.request().rawQuery().replaceAll(".*after=(\\d+).*", "$1"));
  }

  private synchronized long take(JsonNode batch) {
    long number = batch.path("first").asLong();
    for (JsonNode report : batch.path("reports")) {
      if (number == nextReport.get()) {
        reports.add(report);
        nextReport.incrementAndGet();
      }
      number++;
    }
    return nextReport.get();
  }

  private void enrol(Exchange exchange, JsonNode body, String peer) throws IOException {
    if (!keys.proof(peer).equals(body.path("code_proof").asText())) {
      exchange.answer(Answer.of(403));
      return;
    }
    identities.clear();
    identities.add(peer);
    witness.believe(body.path("checkpoint_key").asText());
    exchange.answer(Answer.json(200,
        "{\"v\":1,\"data_plane\":\"" + dataPlane + "\",\"command_key\":\"" + keys.commandKeyHex() + "\"}"));
  }

  @Override
  public void close() {
    server.close();
  }
}
