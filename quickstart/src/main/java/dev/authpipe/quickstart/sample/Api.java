package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.ConnectSessionState;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.CredentialState;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.FinishCode;

/**
 * What the front end asks of its own back end. Every call acts for the person of the login session; no call takes a person from
 * the request.
 */
final class Api implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofHours(2);
  private static final int MOST_PAUSES = 8;

  private final Authpipe authpipe;
  private final List<String> integrations;
  private final URI returnUrl;
  private final IssueImport issues;
  private final ProviderProfile profile;
  private final ProxyRecord proxyRecord;
  private final Clock clock;
  private final Circumstances circumstances;
  private final AtomicInteger pauses = new AtomicInteger();
  private final TaskList tasks = new TaskList();

  Api(SampleSettings settings, URI returnUrl) {
    this.authpipe = settings.authpipe();
    this.integrations = settings.integrations();
    this.returnUrl = returnUrl;
    this.issues = new IssueImport(settings.authpipe(), settings.issuesPath());
    this.profile = new ProviderProfile(settings.authpipe(), settings.profile());
    this.proxyRecord = new ProxyRecord(settings.authpipe());
    this.clock = settings.clock();
    this.circumstances = settings.circumstances();
  }

  Reply overview(LoginSession session) {
    List<Map<String, Object>> list = tasks.of(session.endUserId()).stream()
        .map(task -> Map.<String, Object>of("key", task.key(), "title", task.title(), "done", task.done()))
        .toList();
    return Reply.json(200,
        Map.of("signed_in", true, "name", session.person().name(), "integrations", integrations, "connections", own(session),
            "tasks", list,
            "hours_passed", pauses.get() * PAUSE.toHours()));
  }

  Reply connections(LoginSession session) {
    return Reply.json(200, Map.of("data", own(session)));
  }

  /** What the audit log holds about what this person made in this login session, and about their connections. */
  Reply record(LoginSession session) {
    own(session);
    return Reply.json(200, Map.of("steps", proxyRecord.steps(session.remembered())));
  }

  /** Step 1 of the connect flow: the verifier goes into the login session, the address to the browser. */
  Reply connect(LoginSession session, Request request) throws IOException, BadRequestException {
    JsonNode body = request.body();
    String integration = body.path("integration").asText(integrations.getFirst());
    if (!integrations.contains(integration)) {
      throw new BadRequestException("that service cannot be connected here");
    }
    ConnectRequest.Builder wanted = ConnectRequest.returningTo(returnUrl).integration(integration);
    if (body.has("connection_id")) {
      wanted.reconnect(own(session, body.path("connection_id").asText()).id());
    }
    ConnectSession connect = authpipe.connectSessions().start(session, wanted.build());
    return Reply.json(
        200,
        Map.of("session_id", connect.id().value(), "connect_url", connect.connectUrl().reveal().toString()));
  }

  /** Only of a session that began in this login session. */
  Reply connectStatus(LoginSession session, String id) throws BadRequestException {
    ConnectSessionId asked = sessionId(id);
    if (!session.remembers(asked.value())) {
      throw unknown();
    }
    ConnectSessionState state = authpipe.connectSessions().status(asked);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("status", state.status().value());
    shown.put("reason", state.reason());
    shown.put("connection_id", state.connection() == null ? null : state.connection().value());
    return Reply.json(200, shown);
  }

  /** Step 6: end user and verifier come from the login session of the browser that came back. */
  Reply finish(LoginSession session, Request request) throws IOException, BadRequestException {
    JsonNode body = request.body();
    FinishCode finishCode;
    try {
      finishCode = new FinishCode(body.path("finish_code").asText());
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("the finish code is missing");
    }
    Connection connection = authpipe.connectSessions()
        .finish(session, sessionId(body.path("session_id").asText()), finishCode);
    session.remember(connection.id().value());
    return Reply.json(200, describe(connection));
  }

  Reply importIssues(LoginSession session, String id) throws BadRequestException, ImportException {
    Connection connection = own(session, id);
    List<Task> imported = issues.read(session.endUserId(), connection.id());
    return Reply.json(
        200,
        Map.of("imported", imported.size(), "added", tasks.add(session.endUserId(), imported)));
  }

  Reply profile(LoginSession session, String id) throws BadRequestException, ImportException {
    Connection connection = own(session, id);
    return Reply.json(200, Map.of("login", profile.login(session.endUserId(), connection.id())));
  }

  Reply disconnect(LoginSession session, String id) throws BadRequestException {
    Connection connection = own(session, id);
    authpipe.connections().disconnect(connection.id());
    tasks.removeFrom(session.endUserId(), connection.id());
    return Reply.json(200, Map.of("disconnected", connection.id().value()));
  }

  Reply eraseMe(LoginSession session) {
    Erasure erasure = authpipe.endUsers().erase(session.endUserId());
    tasks.removeAll(session.endUserId());
    session.remember(erasure.id().value());
    return Reply.json(202, Map.of("erasure", erasure.id().value(), "status", erasure.status().value()));
  }

  /** How far an erasure has come that was asked for in this login session. */
  Reply erasure(LoginSession session, String id) {
    if (!session.remembers(id)) {
      throw unknown();
    }
    return Reply.json(200, Map.of("status", authpipe.endUsers().erasure(new ErasureId(id)).status().value()));
  }

  Reply letTimePass() {
    if (pauses.getAndUpdate(count -> Math.min(count + 1, MOST_PAUSES)) >= MOST_PAUSES) {
      return Reply.error(409, "time_is_up", "That was enough time for one demonstration. Start it again to go on.");
    }
    circumstances.letTimePass(PAUSE);
    return Reply.json(200, true);
  }

  Reply withdraw(LoginSession session) {
    for (Connection each : authpipe.connections().list(ConnectionFilter.of(session.endUserId()))) {
      if (each.account() != null) {
        circumstances.withdrawGrants(each.account());
      }
    }
    return Reply.json(200, true);
  }

  private List<Map<String, Object>> own(LoginSession session) {
    List<Map<String, Object>> connections = new ArrayList<>();
    for (Connection each : authpipe.connections().list(ConnectionFilter.of(session.endUserId()))) {
      session.remember(each.id().value());
      if (!each.status().equals(ConnectionStatus.DISCONNECTED)) {
        connections.add(describe(each));
      }
    }
    return connections;
  }

  /** A connection of somebody else looks like one that does not exist. */
  private Connection own(LoginSession session, String id) throws BadRequestException {
    Connection connection = authpipe.connections().get(connectionId(id));
    if (!connection.endUser().equals(session.endUserId())) {
      throw unknown();
    }
    return connection;
  }

  private static NotFoundException unknown() {
    return new NotFoundException(new Problem(404, new ErrorCode("not_found"), "", null, null));
  }

  private Map<String, Object> describe(Connection connection) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", connection.id().value());
    shown.put("integration", connection.integration());
    shown.put("status", connection.status().value());
    shown.put("scopes", connection.scopes().stream().sorted().toList());
    if (connection.account() != null) {
      shown.put("account", connection.account());
    }
    CredentialState credential = connection.credential();
    if (credential.generation() != null && credential.expiresAt() != null) {
      shown.put("generation", credential.generation());
      shown.put("expires_in", Duration.between(clock.instant(), credential.expiresAt()).toSeconds());
    }
    return shown;
  }

  private static ConnectionId connectionId(String text) throws BadRequestException {
    try {
      return new ConnectionId(text);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("that is not a connection");
    }
  }

  private static ConnectSessionId sessionId(String text) throws BadRequestException {
    try {
      return new ConnectSessionId(text);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("that is not a connect session");
    }
  }

  @Override
  public void close() {
    profile.close();
  }
}
