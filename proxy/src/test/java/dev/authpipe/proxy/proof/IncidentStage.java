package dev.authpipe.proxy.proof;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.sandbox.IssuedTokens;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;
import dev.authpipe.wire.IncidentId;

/** What tests of incidents do: import many connections, ask, wait, and let the time of leases pass. */
final class IncidentStage {
  private final ScriptedAuthorizationServer provider;
  private final ContractClient application;
  private final ProofDeployment deployment;
  private final String workspace;

  /** What a command said. */
  record Ran(int code, String out, String err) {}

  IncidentStage(ProofDeployment deployment, ContractClient application) {
    this.deployment = deployment;
    this.provider = deployment.provider();
    this.application = application;
    this.workspace = application.send("GET", "/v1/audit-events?limit=1").expect(200).json().at("/data/0/workspace").asText();
  }

  String workspace() {
    return workspace;
  }

  /** Imports grants of the provider that nobody else has; the ids of the connections. */
  List<String> imported(String integration, int count) {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = ids.size(); i < count && rows.size() < 1000; i++) {
        IssuedTokens tokens = provider.issueGrant(provider.accounts().getFirst(), ProofDeployment.OWN + "-" + integration,
            List.of("profile"));
        rows.add(
            Map.of("integration", integration, "end_user", Map.of("id", integration + "-" + ConnectFlow.random()), "credential",
                Map.of("type", "oauth2", "access_token", tokens.accessToken().reveal(), "refresh_token",
                    tokens.refreshToken().reveal())));
      }
      application.send("POST", "/v1/connections/batch", Map.of("connections", rows)).expect(201).json().path("data")
          .forEach(one -> ids.add(one.path("id").asText()));
    }
    return ids;
  }

  /** Imports API keys; the ids of the connections. */
  List<String> importedKeys(int count) {
    List<String> ids = new ArrayList<>();
    String apiKey = provider.createApiKey(provider.accounts().getFirst()).reveal();
    for (int i = 0; i < count; i++) {
      ids.add(
          application.send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user", Map.of("id", "keyed-" + i),
              "credential", Map.of("type", "api_key", "api_key", apiKey))).expect(201).json().path("id").asText());
    }
    return ids;
  }

  /** Asks for an incident; as it stands. */
  JsonNode ask(String action, Map<String, String> body) {
    return application.send("POST", "/v1/workspaces/" + workspace + "/" + action, body).expect(202).json().path("incident");
  }

  JsonNode incident(String id) {
    return application.send("GET", "/v1/incidents/" + id).expect(200).json().path("incident");
  }

  JsonNode await(String id, Duration most, Predicate<JsonNode> condition) {
    return Awaitility.await().atMost(most).pollInterval(Duration.ofMillis(100)).until(() -> incident(id), condition);
  }

  /** As {@link #completed}, where something has to be tried again. */
  JsonNode retried(String id) {
    return Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(700)).until(() -> {
      aMinutePasses();
      timePasses();
      return incident(id);
    }, one -> one.path("status").asText().equals("completed"));
  }

  JsonNode completed(String id) {
    aMinutePasses();
    return await(id, Duration.ofSeconds(60), one -> one.path("status").asText().equals("completed"));
  }

  /** As if a minute had passed since the replica that ran it was killed. */
  void leaseLapses() {
    update("update job set lease_until = now() - interval '1 second' where lease_until is not null and name = 'incidents'");
    timePasses();
  }

  /** As if so much time had passed that every retry is due, and an operator had asked for a run. */
  void timePasses() {
    update("update incident_step set next_at = now() where done_at is null");
    update("update revocation set next_at = now() where state = 'pending' and not set_aside");
    update("update job set wanted_at = now() where name = 'incidents'");
  }

  /** As if so much time had passed that nothing more belongs to the incidents that were asked for before. */
  void aMinutePasses() {
    update("""
        with asked as (update incident set requested_at = requested_at - interval '80 s'
          where state = 'collecting' and requested_at > now() - interval '75 s' returning 1)
        update connection set created_at = created_at - interval '80 s' where exists (select from asked)""");
    update("update job set wanted_at = now() where name = 'incidents'");
  }

  /** As if an incident had ended so many days ago, and the job were due. */
  void endedBefore(String id, int days) {
    update("update incident set completed_at = completed_at - interval '" + days + " days' where incident_id = '"
        + IncidentId.parse(id).value() + "'");
    update("update job set wanted_at = now() where name = 'incidents'");
  }

  /** How many rows there are of an incident. */
  int rowsOf(String id) {
    String one = "'" + IncidentId.parse(id).value() + "'";
    try (Connection connection = deployment.stores().superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select (select count(*) from incident where incident_id = " + one
            + ") + (select count(*) from incident_step where incident_id = " + one
            + ") + (select count(*) from incident_report where incident_id = " + one + ")")) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void update(String sql) {
    try (Connection connection = deployment.stores().superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** As {@link #run}, while the minute passes for which an incident is open. */
  Ran runToTheEnd(String in, String... args) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Ran> ran = threads.submit(() -> run(in, args));
      Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).until(() -> {
        aMinutePasses();
        return ran.isDone();
      });
      return ran.resultNow();
    }
  }

  /** Runs an operator's command on this deployment. */
  Ran run(String in, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--config", deployment.settings().toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
        all.toArray(String[]::new));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
