package dev.authpipe.quickstart.stage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.control.ops.ControlCommand;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.quickstart.flow.Operators;
import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.mail.Letter;
import dev.authpipe.testkit.mail.MailServer;

/**
 * The operators' terminals, one at each plane: runs the real commands with their settings file and reads what they print. What they say of
 * a failure goes to the log, and nowhere else.
 */
public final class Terminals implements Operators {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Supplier<Path> proxy;
  private final Supplier<URI> api;
  private final Supplier<Path> control;
  private final Supplier<ConcealedText> clientSecret;
  private final Supplier<MailServer> letters;

  /**
   * Nobody has typed anything yet.
   *
   * @param proxy        its settings file
   * @param api          the proxy's API listener
   * @param control      the control plane's settings file
   * @param clientSecret of the registration at the provider
   * @param letters      where the control plane's mail arrives
   */
  public Terminals(Supplier<Path> proxy, Supplier<URI> api, Supplier<Path> control, Supplier<ConcealedText> clientSecret,
      Supplier<MailServer> letters) {
    this.proxy = proxy;
    this.api = api;
    this.control = control;
    this.clientSecret = clientSecret;
    this.letters = letters;
  }

  @Override
  public String invite(String email) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = ControlCommand.run(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, "invite", "--json", "--config",
        control.get().toString(), email);
    String link = read(code, out, "control-plane invite").path("link").asText();
    return link.substring(link.lastIndexOf('/') + 1);
  }

  @Override
  public String letter(String email) throws InterruptedException {
    Letter letter = letters.get().take(email, PATIENCE).orElseThrow(() -> new StepFailure("a letter", "none"));
    return letter.code().orElseThrow(() -> new StepFailure("a code in the letter", "none"));
  }

  @Override
  public String enrol(String enrolmentCode) {
    return atProxy(enrolmentCode, "enrol").path("data_plane").asText();
  }

  @Override
  public List<String> waiting() {
    List<String> ids = new ArrayList<>();
    atProxy("", "approve").path("data").forEach(change -> ids.add(change.path("id").asText()));
    return ids;
  }

  @Override
  public Map<String, ApiKey> approve() {
    Map<String, ApiKey> keys = new HashMap<>();
    for (JsonNode change : atProxy("", "approve", "--all").path("data")) {
      if (change.has("api_key")) {
        keys.put(change.path("object").asText(), new ApiKey(change.path("api_key").asText()));
      }
    }
    return keys;
  }

  /** Over the API of the running proxy: a command by itself would not know that the provider's address is a stand-in here. */
  @Override
  public boolean setClientSecret(String integration, ApiKey operatorsKey) {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest request = HttpRequest.newBuilder(api.get().resolve("/v1/integrations/" + integration + "/client-secret"))
          .timeout(PATIENCE).header("Authorization", "Bearer " + operatorsKey.reveal()).header("Content-Type", "application/json")
          .PUT(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("client_secret", clientSecret.get().reveal())))).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs a command of the proxy's operator; one that fails fails the step. */
  public JsonNode atProxy(String in, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(List.of("--json", "--config", proxy.get().toString()));
    int code = AuthpipeCommand.run(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8), System.err, arguments.toArray(new String[0]));
    return read(code, out, words[0]);
  }

  private static JsonNode read(int code, ByteArrayOutputStream out, String command) {
    if (code != 0) {
      throw new StepFailure("exit code 0 of " + command, "exit code " + code);
    }
    try {
      return JSON.readTree(out.toString(StandardCharsets.UTF_8));
    } catch (JsonProcessingException other) {
      throw new StepFailure("JSON of " + command, "something else");
    }
  }
}
