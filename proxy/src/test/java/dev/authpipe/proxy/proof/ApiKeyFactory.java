package dev.authpipe.proxy.proof;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.ops.AuthpipeCommand;

/** Makes API keys as an operator does: with the command line, for a settings file. */
public final class ApiKeyFactory {
  /** Everything an API key can do. */
  public static final List<String> ALL_SCOPES = Arrays.stream(Scope.values()).map(Scope::word).toList();

  private final Path settings;

  ApiKeyFactory(Path settings) {
    this.settings = settings;
  }

  /**
   * Makes a key.
   *
   * @param more further options of {@code api-key create}
   */
  public String create(String workspace, List<String> scopes, Stream<String> more) {
    return run(Stream.concat(Stream.of("api-key", "create", "--config", settings.toString(), "--workspace", workspace,
        "--name", "proof", "--scope", String.join(",", scopes)), more));
  }

  /** Revokes a key. */
  public void revoke(String workspace, String apiKey) {
    String id = "key_" + apiKey.split("_", -1)[2];
    run(Stream.of("api-key", "revoke", id, "--config", settings.toString(), "--workspace", workspace));
  }

  private static String run(Stream<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    if (code != 0) {
      throw new AssertionError("the command failed: " + err.toString(StandardCharsets.UTF_8));
    }
    return out.toString(StandardCharsets.UTF_8).strip();
  }
}
