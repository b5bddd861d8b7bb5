package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.sdk.value.ApiKey;

/**
 * Makes an API key by the operator's own command, in a process of its own: keys are born at the proxy and shown once, on standard output.
 */
final class ApiKeyCommand {
  private static final String MAIN_CLASS = "dev.authpipe.proxy.ops.AuthpipeCommand";
  private static final int MOST_BYTES = 16 * 1024;
  private static final int PATIENCE_SECONDS = 60;
  private static final List<String> SCOPES = List.of("connect", "connections:read", "connections:write", "tokens:read", "proxy",
      "refresh", "subjects:erase", "audit:read");

  private ApiKeyCommand() {}

  static ApiKey create(Path settings) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), MAIN_CLASS, "api-key", "create",
        "--config", settings.toString(), "--workspace", ProxySettingsFile.WORKSPACE, "--name", "Tasklight", "--json"));
    SCOPES.forEach(scope -> command.addAll(List.of("--scope", scope)));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream out = process.getInputStream()) {
      byte[] answer = out.readNBytes(MOST_BYTES);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new StepFailure("exit code 0 of api-key create", process.isAlive() ? "none" : "" + process.exitValue());
      }
      return new ApiKey(new ObjectMapper().readTree(new String(answer, StandardCharsets.UTF_8)).path("api_key").asText());
    } finally {
      process.destroyForcibly();
    }
  }
}
