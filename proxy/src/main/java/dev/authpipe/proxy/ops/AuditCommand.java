package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.LogVerifier;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.Verification;
import dev.authpipe.tlog.VerifierKey;

/** {@code authpipe audit}: shows the key of checkpoints and verifies exports. Verifying opens no store and takes no trust from the export. */
@Command(name = "audit", description = "Verify exports of the audit log.")
final class AuditCommand {
  private static final int NOTED = 100_000;
  private static final long LARGEST_NOTE = 1 << 20;
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  AuditCommand(Console console) {
    this.console = console;
  }

  @Command(name = "key", description = "Print the key that verifies this deployment's checkpoints.")
  int key(@Mixin CommonOptions options) {
    try (OperatorSession session = OperatorSession.open(options.file(), "audit.key")) {
      String key = session.get(Checkpoints.class).key().toString();
      console.result(options.json, Map.of("key", key), List.of(key));
      return 0;
    }
  }

  @Command(name = "verify", description = "Verify an export against checkpoints that were kept elsewhere; needs no database.")
  int verify(@Mixin CommonOptions options,
      @Parameters(paramLabel = "FILE", description = "The export: JSON lines.") Path file,
      @Option(names = "--checkpoint", required = true, paramLabel = "NOTE", description = "File with a signed checkpoint from outside the database. More of them tell more exactly where a log was changed.") List<Path> notes,
      @Option(names = "--key", required = true, paramLabel = "VKEY", description = "The verifier key, as audit key prints it.") String key,
      @Option(names = "--max-age", paramLabel = "TIME", description = "How old the newest checkpoint may be, for instance '5 min'.") @Nullable String age)
      throws IOException {
    LogVerifier verifier;
    try {
      List<SignedNote> signed = new ArrayList<>();
      for (Path note : notes) {
        if (Files.size(note) > LARGEST_NOTE) {
          throw new StartupException(note + " is too large for a checkpoint");
        }
        signed.add(SignedNote.parse(Files.readString(note)));
      }
      verifier = new LogVerifier(VerifierKey.parse(key), signed);
    } catch (LogFormatException wrong) {
      throw new StartupException(String.valueOf(wrong.getMessage()), wrong);
    }
    Checkpoint newest = verifier.checkpoints().getLast();
    if (age != null) {
      checkAge(newest, ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(3650)).parse(age));
    }
    Verification found;
    try (InputStream in = Files.newInputStream(file)) {
      found = verifier.verify(in, read -> {
        if (read % NOTED == NOTED - 1) {
          console.note(read + 1 + " events read");
        }
      });
    }
    console.result(options.json, answer(found, newest), lines(found, newest));
    return found.holds() ? 0 : 1;
  }

  private static void checkAge(Checkpoint newest, Duration longest) {
    Duration old = Duration.between(newest.time(), Clock.systemUTC().instant());
    if (old.compareTo(longest) > 0) {
      throw new StartupException("the newest checkpoint is stale: it was signed at " + newest.time());
    }
  }

  private static Map<String, Object> answer(Verification found, Checkpoint newest) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("valid", found.holds());
    answer.put("log", found.origin());
    answer.put("from", found.from());
    answer.put("to", found.to());
    answer.put("checkpoint_size", newest.size());
    answer.put("checkpoint_time", newest.time().toString());
    answer.put("without_body", found.bodiless());
    answer.put("after_checkpoint", found.unwitnessed());
    answer.put("findings", found.findings().stream()
        .map(one -> Map.of("line", one.line(), "kind", one.kind().name().toLowerCase(Locale.ROOT), "sentence", one.sentence()))
        .toList());
    return answer;
  }

  private static List<String> lines(Verification found, Checkpoint newest) {
    List<String> lines = new ArrayList<>();
    found.findings().forEach(one -> lines.add((one.line() == 0 ? "" : "line " + one.line() + ": ") + one.sentence()));
    lines.add(found.holds()
        ? "holds: events " + found.from() + " to " + (found.to() - 1) + " of " + found.origin()
            + " are those of the checkpoint of "
            + newest.time()
        : "does not hold: " + found.origin());
    if (found.bodiless() > 0) {
      lines.add(found.bodiless() + " events without their bodies: retention deleted them");
    }
    if (found.unwitnessed() > 0) {
      lines.add(found.unwitnessed() + " events after that checkpoint: only the export's own checkpoint speaks for them");
    }
    return lines;
  }
}
