package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A request of the API's reference: as a command for curl, which is run as it is printed. Where there is no curl the same request is sent by
 * another client. Values of one machine stand in variables of the shell.
 *
 * @param body     JSON, which may name variables; null: none
 * @param headers  further ones
 * @param fragment what curl is told besides, such as {@code -i}; empty: nothing
 */
record ReferenceCall(String method, String path, @Nullable String body, Map<String, String> headers, String fragment) {
  private static final Pattern VARIABLE = Pattern.compile("\\$([A-Z_]+)");
  private static final Path CURL = Path.of("/usr/bin/curl");
  private static final String STATUS = "\n%{http_code}";

  /** What came back. */
  record Reply(int status, String body) {}

  static ReferenceCall of(String method, String path) {
    return new ReferenceCall(method, path, null, Map.of(), "");
  }

  ReferenceCall with(String json) {
    return new ReferenceCall(method, path, json, headers, fragment);
  }

  ReferenceCall header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ReferenceCall(method, path, body, more, fragment);
  }

  /** As people type it. */
  String command() {
    return command("curl -s");
  }

  private String command(String curl) {
    StringBuilder text = new StringBuilder(curl).append(switch (method) {
      case "GET" -> "";
      case "HEAD" -> " -I";
      case "POST" -> body == null ? " -X POST" : "";
      default -> " -X " + method;
    }).append(" \"$AUTHPIPE").append(path).append("\" \\\n  -H \"Authorization: Bearer $API_KEY\"");
    headers.forEach((name, value) -> text.append(" \\\n  -H \"").append(name).append(": ").append(value).append('"'));
    if (body != null) {
      text.append(" \\\n  -H \"Content-Type: application/json\" -d @- <<BODY\n").append(body).append("\nBODY");
    }
    return text.toString();
  }

  /** Sends it. */
  Reply send(ContractClient otherwise, Map<String, String> variables) {
    return Files.isExecutable(CURL) ? curl(variables) : sent(otherwise, variables);
  }

  private Reply curl(Map<String, String> variables) {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c",
        command("curl -s --max-time 60 -w '" + STATUS.replace("\n", "\\n") + "'"))
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    shell.environment().putAll(variables);
    try {
      Process running = shell.start();
      try (InputStream out = running.getInputStream()) {
        String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        if (running.waitFor() != 0) {
          throw new AssertionError("curl failed: " + command());
        }
        int end = text.lastIndexOf('\n');
        return new Reply(Integer.parseInt(text.substring(end + 1)), text.substring(0, end));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private Reply sent(ContractClient client, Map<String, String> variables) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Authorization", "Bearer $API_KEY");
    all.replaceAll((_, value) -> filled(value, variables));
    ContractAnswer answer = client.send(method, filled(path, variables), body == null ? null : filled(body, variables), all);
    return new Reply(answer.status(), answer.text());
  }

  static String filled(String text, Map<String, String> variables) {
    return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), "")));
  }
}
