package dev.authpipe.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;

/**
 * Serves {@code bench/run}: one JSON object a line with the member {@code do} on standard input, one answer a line on standard output. Everything
 * that is not measured happens here, on the other CPU than what is.
 */
final class Ground implements AutoCloseable {
  private final Deployment deployment;
  private @Nullable Storm storm;

  private Ground(Deployment deployment) {
    this.deployment = deployment;
  }

  /**
   * Lays the ground and serves until the input ends.
   *
   * @param args a directory that is empty, where the API of the provider is, and whether there is a control plane
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // whatever libraries print
    try (Deployment deployment = new Deployment(Path.of(args[0]), URI.create(args[1]), Boolean.parseBoolean(args[2]));
        Ground ground = new Ground(deployment);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println(Api.write(Map.of("ready", true)));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(ground.answer(Api.read(line)));
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private String answer(JsonNode asked) {
    try {
      return Api.write(Map.of("ok", done(asked)));
    } catch (Exception failure) {
      failure.printStackTrace();
      return Api.write(Map.of("failed", String.valueOf(failure.getMessage())));
    }
  }

  private Object done(JsonNode asked) throws Exception {
    return switch (asked.path("do").asText()) {
      case "settings" -> Map.of("file", deployment.settings(asked.path("more").asText()).toString(), "stand_ins",
          deployment.standIns());
      case "command" -> deployment.command(Path.of(asked.path("settings").asText()), texts(asked.path("arguments")), "");
      case "enrol" -> deployment.command(Path.of(asked.path("settings").asText()), List.of("enrol"),
          deployment.plane().enrolmentCode());
      case "offer" -> {
        deployment.offer();
        yield true;
      }
      case "plane" -> reports();
      case "unreachable" -> {
        deployment.plane().server().refuseConnections();
        yield reports();
      }
      case "secret" -> with(asked, api -> {
        deployment.secret(api);
        return true;
      });
      case "register" -> with(asked, api -> {
        deployment.register(api, uri(asked, "connect"));
        return true;
      });
      case "connect" -> with(asked, api -> connected(api, asked));
      case "import" -> with(asked, api -> new Imports(deployment, api).make(asked.path("count").asInt(),
          asked.path("live").asBoolean(), asked.path("seconds").asLong(), asked.path("bytes").asInt(200)));
      case "ask" -> with(asked, api -> api.ask(asked.path("method").asText(), asked.path("path").asText(), asked.path("body")));
      case "walls" -> Walls.measure(Duration.ofMillis(asked.path("each_ms").asLong()));
      case "counts" -> Counts.of(deployment.stores());
      case "sql" -> Counts.text(deployment.stores(), Store.valueOf(asked.path("store").asText().toUpperCase(Locale.ROOT)),
          asked.path("query").asText());
      case "callers" -> {
        close();
        storm = new Storm(deployment.provider(), texts(asked.path("replicas")).stream().map(URI::create).toList(),
            asked.path("api_key").asText(), asked.path("count").asInt());
        yield true;
      }
      case "storm" -> callers().round(asked.path("connection").asText(), millis(asked));
      case "early" -> callers().early(asked.path("connection").asText(), millis(asked));
      case "revocation" -> new Revocation(asked.path("api_key").asText()).measure(
          texts(asked.path("replicas")).stream().map(URI::create).toList(), asked.path("connection").asText());
      default -> throw new IllegalArgumentException("not a command");
    };
  }

  /** How many reports the control plane has taken so far, of use and of all kinds. */
  private Map<String, Integer> reports() {
    return Map.of("reports", deployment.plane().reports().size(), "usage", deployment.plane().reports("usage").size());
  }

  private List<String> connected(Api api, JsonNode asked) {
    ConnectTrip trip = new ConnectTrip(api, uri(asked, "connect"), deployment.trust());
    return AtOnce.done(asked.path("count").asInt(1), asked.path("at_once").asInt(1), _ -> trip.walk(Deployment.INTEGRATION));
  }

  private interface Work {
    Object with(Api api);
  }

  private static Object with(JsonNode asked, Work work) {
    try (Api api = new Api(uri(asked, "api"), asked.path("api_key").asText())) {
      return work.with(api);
    }
  }

  private Storm callers() {
    Storm made = storm;
    if (made == null) {
      throw new IllegalStateException("there are no callers");
    }
    return made;
  }

  private static Duration millis(JsonNode asked) {
    return Duration.ofMillis(asked.path("latency_ms").asLong());
  }

  private static URI uri(JsonNode asked, String name) {
    return URI.create(asked.path(name).asText());
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Override
  public void close() {
    Storm made = storm;
    storm = null;
    if (made != null) {
      made.close();
    }
  }
}
