package dev.authpipe.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.authpipe.testkit.sandbox.IssuedTokens;

/** Brings grants of the provider along as an application does that had them before: in batches, through the API. */
final class Imports {
  private static final int MOST = 1000;
  private static final int AT_ONCE = 3; // batches: while one waits for PostgreSQL, another is sealed
  private static final int MOST_BYTES = 700_000; // a batch is at most 1 MiB

  private final Deployment deployment;
  private final Api api;

  Imports(Deployment deployment, Api api) {
    this.deployment = deployment;
    this.api = api;
  }

  /**
   * Imports as many; the ids.
   *
   * @param live    whether each has a grant of its own at the provider, so that it can be refreshed
   * @param seconds when the access token ends, from now; 0: unknown
   * @param bytes   length of the access token
   */
  List<String> make(int count, boolean live, long seconds, int bytes) {
    int most = Math.min(MOST, MOST_BYTES / (bytes + 200));
    int batches = Math.ceilDiv(count, most);
    return AtOnce.done(batches, AT_ONCE, batch -> made(Math.min(most, count - batch * most), live, seconds, bytes)).stream()
        .flatMap(List::stream).toList();
  }

  private List<String> made(int count, boolean live, long seconds, int bytes) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Map.of("integration", Deployment.INTEGRATION, "end_user", Map.of("id", "person-" + ConnectTrip.random()),
          "credential", credential(live, seconds, bytes)));
    }
    List<String> ids = new ArrayList<>();
    api.ask("POST", "/v1/connections/batch", Map.of("connections", rows)).path("data")
        .forEach(one -> ids.add(one.path("id").asText()));
    return ids;
  }

  private Map<String, Object> credential(boolean live, long seconds, int bytes) {
    Map<String, Object> credential = new HashMap<>(Map.of("type", "oauth2", "scopes", List.of("profile")));
    if (live) {
      IssuedTokens tokens = deployment.provider().issueGrant(deployment.provider().accounts().getFirst(), deployment.clientId(),
          List.of("profile"));
      credential.put("access_token", tokens.accessToken().reveal());
      credential.put("refresh_token", tokens.refreshToken().reveal());
    } else {
      credential.put("access_token", opaque(bytes));
      credential.put("refresh_token", ConnectTrip.random());
    }
    if (seconds != 0) {
      credential.put("expires_at", Instant.now().plusSeconds(seconds).toString());
    }
    return credential;
  }

  private static String opaque(int bytes) {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(ConnectTrip.random());
    }
    text.setLength(bytes);
    return text.toString();
  }
}
