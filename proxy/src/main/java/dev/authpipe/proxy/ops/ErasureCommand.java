package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.incident.IncidentReports;
import dev.authpipe.proxy.retire.Receipts;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.SignedDocument;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;

/** {@code authpipe erasure}: verifies receipts. Opens no store and takes no trust from the receipt. */
@Command(name = "erasure", description = "Verify receipts of erasures.")
final class ErasureCommand {
  private static final long LARGEST = 4 << 20;
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  ErasureCommand(Console console) {
    this.console = console;
  }

  @Command(name = "verify", description = {
      "Verify the signed receipt of an erasure, the statement of a workspace's deletion, or an incident's report; needs no database.",
      "Prints what was signed. What it says of providers is what the proxy knew at that time."})
  int verify(@Mixin CommonOptions options,
      @Parameters(paramLabel = "FILE", description = "The answer of GET /v1/erasures/{id}, its member receipt alone, what workspace statement printed, or an incident's report.") Path file,
      @Option(names = "--key", required = true, paramLabel = "VKEY", description = "The verifier key, as audit key prints it.") String key)
      throws IOException {
    SignedDocument receipt;
    try {
      SignedNote note = SignedNote.parse(note(file));
      receipt = SignedDocument.open(note, VerifierKey.parse(key), kind(note));
    } catch (LogFormatException wrong) {
      throw new StartupException(String.valueOf(wrong.getMessage()), wrong);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("valid", true);
    answer.put("receipt", new TreeMap<>(receipt.body()));
    answer.put("connections", receipt.entries().stream().map(TreeMap::new).toList());
    console.result(options.json, answer, lines(receipt));
    return 0;
  }

  /** Which of the kinds that are verified here a document claims to be; any other is refused as no receipt. */
  private static String kind(SignedNote note) {
    return Stream.of(DeletionStatement.KIND, IncidentReports.KIND)
        .filter(kind -> note.text().startsWith("authpipe document 1 " + kind + "\n")).findFirst().orElse(Receipts.KIND);
  }

  /** What is signed: the file itself, or the member of an answer of the API. */
  private static String note(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new StartupException(file + " is too large for a receipt");
    }
    String content = Files.readString(file);
    if (!content.startsWith("{")) {
      return content;
    }
    try {
      JsonNode answer = new ObjectMapper().readTree(content);
      JsonNode receipt = answer.path("erasure").path("receipt");
      if (receipt.isTextual()) {
        return receipt.textValue();
      }
    } catch (JsonProcessingException broken) {
      throw new StartupException(file + " is not JSON", broken);
    }
    throw new StartupException(file + " has no member erasure.receipt: a dry run has no receipt");
  }

  private static String what(Map<String, Object> body) {
    if (body.containsKey("incident")) {
      return "%s %s, part %s of %s, in".formatted(body.get("incident_kind"), body.get("incident"), body.get("part"),
          body.get("parts"));
    }
    return body.containsKey("erasure") ? "erasure " + body.get("erasure") + " in" : "deletion of";
  }

  private static List<String> lines(SignedDocument receipt) {
    Map<String, Object> body = receipt.body();
    List<String> lines = new ArrayList<>();
    boolean completed = "completed".equals(body.get("status")) || body.containsKey("incident");
    lines.add("holds: the %s %s, %s".formatted(what(body), body.get("workspace"),
        completed ? "completed at " + body.get("completed_at") : "under way as of " + body.get("as_of")));
    Map<Object, Long> outcomes = receipt.entries().stream()
        .collect(Collectors.groupingBy(entry -> entry.getOrDefault("outcome", "?"), TreeMap::new, Collectors.counting()));
    lines.add("connections: " + body.get("connections") + (outcomes.isEmpty() ? "" : " " + outcomes));
    receipt.entries().stream().filter(entry -> !"confirmed".equals(entry.get("outcome"))).forEach(entry -> {
      Object expires = entry.get("access_expires_at");
      lines.add("  %s at %s: %s%s".formatted(entry.get("connection"), entry.get("provider"), entry.get("outcome"),
          expires == null ? "" : ", its access token may work until " + expires));
    });
    if (body.get("horizons") instanceof Map<?, ?> horizons) {
      new TreeMap<>(horizons).forEach((where, until) -> lines.add("horizon " + where + ": " + until));
    }
    return lines;
  }
}
