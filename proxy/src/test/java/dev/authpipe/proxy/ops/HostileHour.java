package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.proof.ConnectFlow;
import dev.authpipe.proxy.proof.JumpingClock;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.link.CommandQueue;
import dev.authpipe.testkit.link.ScriptedControlPlane;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;

/**
 * A proxy in its ordinary work, linked with a control plane that plays tricks: a workspace with an integration that matters, one that may be
 * narrowed, a key of each kind, another workspace, and a server where requests must never arrive.
 */
final class HostileHour implements AutoCloseable {
  static final int BUDGET = 4;
  static final int OUTBOX = 500;
  private static final int SPARES = 6;
  private static final int MAIN = BUDGET + 1; // so that their end together is beyond the budget
  private static final int FLOWS_A_MINUTE = 4;
  /** A simulated minute takes a fifth of a second or so. */
  private static final LinkTimes COMPRESSED = LinkStage.brisk().with(LinkTime.DEADLINE, Duration.ofMillis(250))
      .with(LinkTime.POLL, Duration.ofMillis(15)).with(LinkTime.REPORTS, Duration.ofMillis(30))
      .with(LinkTime.CHECKPOINTS, Duration.ofMillis(30)).with(LinkTime.HEARTBEAT, Duration.ofMillis(60))
      .with(LinkTime.LOOK, Duration.ofMillis(50)).with(LinkTime.STEPS, Duration.ofMillis(250))
      .with(LinkTime.MOST_REST, Duration.ofMillis(200))
      .with(LinkTime.LEAST_PAUSE, Duration.ofMillis(5)).with(LinkTime.MOST_PAUSE, Duration.ofMillis(20));

  final JumpingClock clock = new JumpingClock();
  final LinkStage stage;
  final CanaryText secret;
  final CanaryText person;
  private final LoopbackServer elsewhere = LoopbackServer
      .start(exchange -> exchange.answer(Answer.json(200, "{\"access_token\":\"x\"}")));
  private final Map<HostileTrick.Lane, ReentrantLock> locks = new EnumMap<>(HostileTrick.Lane.class);
  private final ReentrantLock time = new ReentrantLock();
  private final AtomicLong next = new AtomicLong(1);
  private final AtomicInteger connected = new AtomicInteger();
  private final List<String> connections = new ArrayList<>();
  private final List<String> spares = new ArrayList<>();
  private String spareKey = "";
  private String mainKeyId = "";
  private String spareKeyId = "";

  HostileHour(Path directory, CanaryText secret, CanaryText person) {
    this.secret = secret;
    this.person = person;
    this.stage = new LinkStage(directory, "  budget: " + BUDGET + "\n", new OutboxSettings(OUTBOX, Duration.ofMillis(250)),
        COMPRESSED, clock,
        UnaryOperator.identity());
    for (HostileTrick.Lane lane : HostileTrick.Lane.values()) {
      locks.put(lane, new ReentrantLock());
    }
    stage.provider.settings().canary(secret);
    assertThat(stage.enrol().code()).isZero();
    stage.start();
    stage.plane.offer(documents().good());
    stage.awaitWaiting(7);
    approve();
    register();
    while (spares.size() < SPARES) {
      (connections.size() < MAIN ? connections : spares).add(connect(connections.size() < MAIN ? "sandbox" : "spare"));
      if ((connections.size() + spares.size()) % FLOWS_A_MINUTE == 0) {
        stage.proxy().moveTicker(Duration.ofMinutes(1)); // the limit of requests a minute from one address
      }
    }
    stage.proxy().moveTicker(Duration.ofMinutes(1));
    stage.plane.offer(documents().good()); // now with rules about the keys
  }

  private void approve() {
    LinkStage.Ran ran = stage.approveAll();
    await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.reports("api_key").size() == 2);
    for (JsonNode report : stage.plane.reports("api_key")) {
      boolean main = report.path("request").asText().equals(LinkStage.REQUEST);
      String id = report.path("key").asText();
      for (JsonNode one : ran.json().path("data")) {
        String text = one.path("api_key").asText();
        if (text.contains(id.substring("key_".length()))) {
          spareKey = main ? spareKey : text;
          stage.apiKey(main ? text : stage.apiKey());
        }
      }
      mainKeyId = main ? id : mainKeyId;
      spareKeyId = main ? spareKeyId : id;
    }
    assertThat(List.of(spareKey, mainKeyId, spareKeyId)).doesNotContain("");
  }

  private void register() {
    for (String slug : List.of("sandbox", "spare")) {
      stage.application()
          .send("PUT", "/v1/integrations/" + slug + "/client-secret", Map.of("client_secret", stage.clientSecret.reveal()))
          .expect(200);
    }
    String callback = stage.proxy().connect() + "/callback/";
    stage.provider.registerClient(new RegisteredClient("c", "acme", new ClientAuthentication.Basic(stage.clientSecret),
        Set.of(callback + LinkStage.INTEGRATION, callback + HostileDocuments.SPARE)));
  }

  /** One more person connects. */
  String connect(String slug) {
    int number = connected.incrementAndGet();
    String user = person.text() + "-" + number;
    try (ConnectFlow flow = new ConnectFlow(stage.application(), stage.proxy().connect(), user)) {
      Map<String, Object> request = flow.sessionRequest(slug);
      request.put("end_user",
          Map.of("id", user, "display_name", "Ada " + person.text(), "email", person.text() + "@example.com"));
      flow.create(request).expect(201);
      flow.open().authorize();
      return flow.finish().expect(200).json().at("/connection/id").asText();
    }
  }

  /** Lets wall time pass, for everybody; elapsed time does not leap, for in the middle of a write that would be a store that hangs. */
  void passes(Duration step) {
    time.lock();
    try {
      clock.advance(step);
    } finally {
      time.unlock();
    }
  }

  /** Lets no simulated minute pass until {@link #timePasses}, for what is counted within one. */
  void timeStands() {
    time.lock();
  }

  void timePasses() {
    time.unlock();
  }

  /** The documents of this control plane, good and other. */
  HostileDocuments documents() {
    return new HostileDocuments(mainKeyId, spareKeyId);
  }

  /** Offers workspaces as the next document. */
  @Nullable
  ExchangeHandler offers(String workspaces) {
    stage.plane.offer(workspaces);
    return null;
  }

  /** Answers with workspaces in a document that cannot be read. */
  ExchangeHandler answers(String workspaces) {
    return exchange -> exchange.answer(Answer.json(200,
        stage.plane.document(ScriptedControlPlane.after(exchange) + 1, workspaces)));
  }

  /** A harmless command about a connection that is not there. */
  void probe(CommandQueue queue) {
    queue.add("probe", LinkStage.WORKSPACE, "conn_01js00000ke008000000000099", Map.of());
  }

  /** The highest number of a command that the proxy took. */
  long commandsTaken() {
    return stage.number("select seq from command_state");
  }

  /** Where no request must go. */
  URI elsewhere() {
    return elsewhere.origin();
  }

  long requestsElsewhere() {
    return elsewhere.requests().size();
  }

  /** A connection that matters. */
  String connection() {
    return connections.getFirst();
  }

  List<String> connections() {
    return List.copyOf(connections);
  }

  /** Connections that the budget may be spent on. */
  List<String> spares() {
    return List.copyOf(spares);
  }

  String spareKey() {
    return spareKey;
  }

  String spareKeyId() {
    return spareKeyId;
  }

  /** A number that was not used before. */
  long next() {
    return next.getAndIncrement();
  }

  /** Does something while nobody else plays on a lane. */
  void alone(HostileTrick.Lane lane, Runnable what) {
    ReentrantLock lock = Objects.requireNonNull(locks.get(lane));
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }

  /** Plays one trick until the proxy has met it. */
  void play(HostileTrick trick) {
    if (trick.lane() == HostileTrick.Lane.CONNECTION) {
      trick.play().begin(this, trick.lane());
      return;
    }
    alone(trick.lane(), () -> {
      String path = trick.lane().path();
      if (trick.isCommand()) {
        passes(Duration.ofMinutes(1)); // commands are counted by the minute, and what is too many is not looked at
      }
      trick.play().begin(this, trick.lane());
      long before = stage.plane.arrivals(path);
      int met = trick.name().startsWith("answer ") ? 2 : 5; // an answer may be lost with a connection that another trick ends
      boolean signing = trick.lane() == HostileTrick.Lane.CHECKPOINTS; // else there may be nothing new to be witnessed
      AtomicInteger looks = new AtomicInteger();
      await(trick.name()).atMost(LinkStage.PATIENCE).pollInterval(Duration.ofMillis(signing ? 100 : 5)).pollDelay(Duration.ZERO)
          .until(() -> {
            assertThat(signing ? stage.proxy().bean(Checkpoints.class).signAll() : List.of()).isEmpty();
            if (signing && looks.incrementAndGet() % 5 == 0) {
              passes(Duration.ofMinutes(1)); // after a refusal it waits for ten of them
            }
            return stage.plane.arrivals(path) >= before + met;
          });
      stage.plane.script(path, null);
      if (trick.lane() == HostileTrick.Lane.COMMANDS) {
        stage.plane.commands().clear();
      }
      trick.after().begin(this, trick.lane());
    });
  }

  @Override
  public void close() {
    stage.close();
    elsewhere.close();
  }
}
