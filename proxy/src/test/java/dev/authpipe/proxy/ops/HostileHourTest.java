package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.proof.ContractAnswer;
import dev.authpipe.proxy.proof.ContractClient;
import dev.authpipe.proxy.report.Outbox;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One hour of the injected clock with a control plane that has the proxy's trust in its keys and plays every trick there is, in random order and
 * on all threads of the link at once, while callers go on. It gets no secret, sends no request elsewhere and fails no caller.
 */
@Tag("S70")
@Tag("S73")
@Isolated("measures threads and the heap of the whole process")
class HostileHourTest {
  private static final long SEED = Long.getLong("authpipe.seed", System.nanoTime());
  private static final Path TABLE = Path.of("target", "hostile-hour.md");
  private static final Path DOCUMENT = Path.of("..", "docs", "threat-model.md");
  /** The others pass with commands, which are counted by the minute, and four with floods. */
  private static final int MINUTES = 56 - HostileCommand.values().length;
  private static final int MEGABYTE = 1024 * 1024;

  @TempDir
  Path directory;

  private final Random random = new Random(SEED);
  private final Map<String, LongAdder> played = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> answered = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private int peakThreads;
  private long peakOutbox;
  private String requests = "";

  @Test
  void theTableOfTheThreatModelHasEveryTrickThatIsPlayed() throws IOException {
    String text = Files.readString(DOCUMENT);
    int from = text.indexOf(HostileTrick.HEADER);
    assertThat(from).as("the table").isPositive();
    String present = text.substring(from, text.indexOf("\n\n", from) + 1);
    if ("write".equals(System.getProperty("authpipe.docs"))) {
      Files.writeString(DOCUMENT, text.replace(present, HostileTrick.table()));
    } else {
      assertThat(present).as("run with -Dauthpipe.docs=write").isEqualTo(HostileTrick.table());
    }
  }

  @Test
  @Tag("long")
  @Timeout(300)
  void inAnHourOfEveryTrickItGetsNothingAndNobodyNotices() throws IOException {
    CanaryText secret = CanaryText.random(random);
    CanaryText person = CanaryText.random(random);
    long begun = System.nanoTime();
    System.out.println("hostile hour: seed " + SEED); // to play it again with -Dauthpipe.seed
    try (HostileHour hour = new HostileHour(directory, secret, person)) {
      JsonNode honest = inForce(hour);
      long heap = heap();
      long disk = disk(hour);
      int threadsBefore = Thread.activeCount();
      plays(hour);
      playsAgain(hour);
      assertThat(failures).as("calls that failed, seed %d", SEED).isEmpty();
      assertThat(inForce(hour)).as("what is in force").isEqualTo(honest);
      assertThat(hour.requestsElsewhere()).as("requests redirected").isZero();
      narrowedWithinItsPower(hour);
      catchesUp(hour, honest);
      assertThat(heap() - heap).as("bytes of the heap").isLessThan(96L * MEGABYTE);
      assertThat(disk(hour) - disk).as("bytes on disk").isLessThan(64L * MEGABYTE);
      assertThat(peakThreads - threadsBefore).as("threads").isLessThan(60);
      assertThat(peakOutbox).as("rows owed").isLessThanOrEqualTo(2L * HostileHour.OUTBOX);
      nothingWasObtained(hour);
      requests = "requests at the sandbox provider " + hour.stage.provider.requests().size() + ", elsewhere "
          + hour.requestsElsewhere();
      hour.stage.proxy().close(); // writes what was counted
      everyRefusalIsAudited(hour);
    } finally {
      threads.shutdownNow();
    }
    requests += ", " + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s";
    Files.writeString(TABLE, "Seed " + SEED + "; " + new TreeMap<>(answered) + ", failed 0; " + requests + "\n\n" + measured());
  }

  private void plays(HostileHour hour) {
    List<CompletableFuture<Void>> lanes = new ArrayList<>();
    int all = 0;
    for (HostileTrick.Lane lane : HostileTrick.Lane.values()) {
      List<HostileTrick> tricks = new ArrayList<>(HostileTrick.of(lane));
      Collections.shuffle(tricks, random);
      all += tricks.size();
      lanes.add(CompletableFuture.runAsync(() -> tricks.forEach(trick -> {
        hour.play(trick);
        counted(played, trick.name());
        done.incrementAndGet();
      }), threads));
    }
    CompletableFuture<Void> whole = CompletableFuture.allOf(lanes.toArray(new CompletableFuture<?>[0]));
    for (int minute = 0; minute < MINUTES; minute++) {
      calls(hour, minute);
      int due = all * minute / MINUTES;
      await("minute " + minute).atMost(LinkStage.PATIENCE).pollInterval(Duration.ofMillis(5)).pollDelay(Duration.ZERO)
          .until(() -> done.get() >= due || whole.isDone());
      measure(hour, minute);
      hour.passes(Duration.ofMinutes(1));
    }
    whole.join();
  }

  /** What callers do in one minute, at once. */
  private void calls(HostileHour hour, int minute) {
    List<CompletableFuture<Void>> work = new ArrayList<>();
    for (String connection : hour.connections()) {
      work.add(CompletableFuture.runAsync(() -> {
        expect("access tokens read", hour.stage.application().accessToken(connection));
        expect("proxied calls", hour.stage.application().proxied(connection, "/me"));
        expect("access tokens read", hour.stage.application().accessToken(connection));
      }, threads));
    }
    String one = hour.connections().get(minute % hour.connections().size());
    work.add(CompletableFuture
        .runAsync(() -> expect("refreshes", hour.stage.application().send("POST", "/v1/connections/" + one + "/refresh")),
            threads));
    if (minute % 16 == 3) {
      work.add(CompletableFuture.runAsync(() -> {
        try {
          expect("connections made", hour.stage.application().accessToken(hour.connect("sandbox")));
        } catch (AssertionError failed) {
          failures.add("connect: " + failed.getMessage());
        }
      }, threads));
    }
    work.forEach(CompletableFuture::join);
  }

  private void expect(String what, ContractAnswer answer) {
    counted(answered, what);
    if (answer.status() != 200) {
      failures.add(what + ": " + answer.status() + " " + answer.code());
    }
  }

  private static void counted(Map<String, LongAdder> counts, String what) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  private void measure(HostileHour hour, int minute) {
    if (minute % 4 == 0) {
      peakThreads = Math.max(peakThreads, Thread.activeCount());
      peakOutbox = Math.max(peakOutbox, hour.stage.number("select count(*) from outbox"));
    }
  }

  /** Of what it is granted it has taken exactly this much: the budget, the integration and key that it disabled, the workspace it left out. */
  private static void narrowedWithinItsPower(HostileHour hour) {
    long ended = hour.stage.number("select count(*) from connection where status <> 'active'");
    long rotates = hour.stage.number("select count(*) from workspace_keyset where keyset_version > 1");
    assertThat(spent(hour)).as("spent of the budget; seed %d", SEED)
        .isEqualTo(HostileHour.BUDGET);
    assertThat(rotates).as("rotations begun").isLessThanOrEqualTo(1);
    assertThat(ended).as("connections ended; a rotation and one that is refused as a second cost one each")
        .isBetween(HostileHour.BUDGET - 2L, (long) HostileHour.BUDGET);
    assertThat(
        hour.stage.number("select count(*) from audit_event where convert_from(body, 'UTF8') like '%control_command.waiting%'"))
        .as("commands beyond it that waited for the operator, if only until they ran out").isPositive();
    assertThat(hour.stage.number("select count(*) from workspace_deletion")).as("deletions begun").isZero();
  }

  /** An honest control plane is there again, under the same keys. */
  private static void catchesUp(HostileHour hour, JsonNode honest) {
    long version = hour.stage.plane.offer(hour.documents().good());
    hour.passes(Duration.ofMinutes(11)); // after a refusal of checkpoints
    Approvals approvals = hour.stage.proxy().bean(Approvals.class);
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
      assertThat(approvals.feedVersion()).isGreaterThanOrEqualTo(version);
      assertThat(approvals.list()).as("only what gives back still waits").extracting(one -> one.proposal().member())
          .isSubsetOf("disabled", "scopes", "");
    });
    approvals.list().stream().filter(one -> !one.proposal().object().startsWith("kreq_"))
        .forEach(one -> approvals.approve(one.proposal(), (_, _) -> {
          throw new AssertionError("a key");
        }));
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
      assertThat(hour.spares()).as("of the narrowed integration")
          .anySatisfy(one -> hour.stage.application().accessToken(one).expect(200));
      new ContractClient(hour.stage.proxy().api(), hour.spareKey()).send("GET", "/v1/connections").expect(200);
    });
    assertThat(inForce(hour)).isEqualTo(honest);
    int reports = hour.stage.plane.reports().size();
    String fresh = hour.connect("sandbox");
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
      assertThat(hour.stage.plane.reports()).hasSizeGreaterThan(reports);
      assertThat(hour.stage.plane.reports("connection"))
          .anySatisfy(one -> assertThat(one.path("connection").asText()).isEqualTo(fresh));
      assertThat(hour.stage.proxy().bean(Outbox.class).size()).isZero();
    });
    assertThat(hour.stage.proxy().bean(Checkpoints.class).signAll()).isEmpty();
    long signed = hour.stage.number("select max(size) from audit_checkpoint where workspace_id = '"
        + WorkspaceId.parse(LinkStage.WORKSPACE).value() + "'");
    await().atMost(LinkStage.PATIENCE)
        .until(() -> hour.stage.plane.witness().size("authpipe/authpipe/" + LinkStage.WORKSPACE) >= signed);
  }

  private static void nothingWasObtained(HostileHour hour) {
    StringBuilder all = new StringBuilder();
    hour.stage.plane.bodies()
        .forEach((path, bodies) -> bodies.forEach(body -> all.append(path).append('\n').append(body).append('\n')));
    hour.stage.plane.server().requests().forEach(request -> all.append(new String(request.head(), StandardCharsets.ISO_8859_1)));
    byte[] obtained = all.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(obtained.length).isGreaterThan(100_000);
    for (CanaryText canary : List.of(hour.secret, hour.person, CanaryText.of(hour.stage.apiKey()), CanaryText.of(hour.spareKey()),
        CanaryText.of(hour.stage.clientSecret.reveal()))) {
      assertThat(canary.search(obtained)).as("secrets and persons obtained").isEmpty();
    }
    assertThat(all.toString()).doesNotContainIgnoringCase("cookie:", "authorization:");
    assertThat(hour.secret.search(hour.stage.application().accessToken(hour.connection()).expect(200).json().toString()))
        .as("the canary is there to be found").isNotEmpty();
  }

  /** What went down with a connection that another trick ended, or within a flood, is played again alone: every trick is met. */
  private void playsAgain(HostileHour hour) {
    for (int round = 0; round < 3; round++) {
      hour.stage.proxy().bean(Refusals.class).write();
      Set<String> audited = audited(hour);
      List<HostileTrick> lost = HostileTrick.all().stream()
          .filter(trick -> !isAudited(trick, audited)
              || (trick.name().equals("command disconnects") && spent(hour) < HostileHour.BUDGET))
          .toList();
      lost.forEach(trick -> {
        hour.play(trick);
        counted(played, trick.name());
      });
    }
  }

  private static long spent(HostileHour hour) {
    return hour.stage.number("select coalesce(sum(connections), 0) from command_budget");
  }

  private static boolean isAudited(HostileTrick trick, Set<String> audited) {
    return trick.audited().isEmpty() || trick.audited().stream().anyMatch(audited::contains);
  }

  /** Types and reasons of all events. */
  private static Set<String> audited(HostileHour hour) {
    Set<String> audited = new TreeSet<>();
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      audited.addAll(hour.stage.column(store, "select distinct type from audit_event"));
      audited.addAll(hour.stage.column(store,
          "select distinct coalesce(substring(convert_from(body, 'UTF8') from '\"reason\":\"([a-z_]+)\"'), '')"
              + " from audit_event"));
    }
    return audited;
  }

  private static void everyRefusalIsAudited(HostileHour hour) {
    Set<String> audited = audited(hour);
    for (HostileTrick trick : HostileTrick.all()) {
      assertThat(isAudited(trick, audited)).as("%s is in the audit log: %s", trick.name(), audited).isTrue();
    }
  }

  private static JsonNode inForce(HostileHour hour) {
    Integration one = hour.stage.proxy().bean(Configuration.class).integration(IntegrationId.parse(LinkStage.INTEGRATION))
        .orElseThrow();
    return new ObjectMapper().valueToTree(Map.of("client", one.clientId(), "slug", one.slug(), "scopes", one.scopes(), "urls",
        one.returnUrls().stream().map(Objects::toString).toList(), "name", one.applicationName(), "provider",
        one.provider().slug(),
        "token", one.tokenEndpoint(Map.of()).toString(), "workspace", one.workspace().toString()));
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long disk(HostileHour hour) {
    return Long.parseLong(hour.stage.column(Store.VAULT, "select pg_database_size(current_database())").getFirst())
        + Long.parseLong(hour.stage.column(Store.CLIENT_SECRETS, "select pg_database_size(current_database())").getFirst());
  }

  /** The table with how often each trick was played. */
  private String measured() {
    String[] lines = HostileTrick.table().split("\n", -1);
    List<HostileTrick> tricks = HostileTrick.all();
    StringBuilder table = new StringBuilder(lines[0] + " times |\n" + lines[1] + "---|\n");
    for (int i = 0; i < tricks.size(); i++) {
      table.append(lines[i + 2]).append(' ').append(played.getOrDefault(tricks.get(i).name(), new LongAdder())).append(" |\n");
    }
    return table.toString();
  }
}
