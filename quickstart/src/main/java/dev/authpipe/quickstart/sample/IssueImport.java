package dev.authpipe.quickstart.sample;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/** Reads somebody's issues from the provider through the proxy, which adds the credential that this application never sees. */
final class IssueImport {

  private static final int MOST_BYTES = 1024 * 1024;

  private final Authpipe authpipe;
  private final String path;
  private final ObjectMapper json = new ObjectMapper();

  IssueImport(Authpipe authpipe, String path) {
    this.authpipe = authpipe;
    this.path = path;
  }

  List<Task> read(EndUserId person, ConnectionId connection) throws ImportException {
    ProviderRequest request = ProviderRequest.get(person, path).header("Accept", "application/json").build();
    try (ProviderResponse response = authpipe.providerCalls().send(connection, request)) {
      if (response.status() == 401) {
        throw new ImportException("the service no longer accepts the access; please connect again");
      }
      if (response.status() != 200) {
        throw new ImportException("the provider answered " + response.status());
      }
      return tasks(connection, json.readTree(response.text(MOST_BYTES)));
    } catch (JsonProcessingException e) {
      throw new ImportException("the provider's answer is not JSON");
    }
  }

  private static List<Task> tasks(ConnectionId connection, JsonNode answer) {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode issue : answer.path("issues")) {
      String key = issue.path("number").asText();
      if (!key.isEmpty()) {
        tasks.add(new Task(
            connection, key, issue.path("title").asText(key), "closed".equals(issue.path("state").asText())));
      }
    }
    return tasks;
  }
}
