package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.catalog.SecretFile;
import dev.authpipe.proxy.secret.SecretText;

/**
 * {@code authpipe import}: brings connections along without asking anybody to consent again (docs/import.md). Each batch is made as a whole or not
 * at all; the first that is not ends the run, which says where to go on. Must never print a value of a row.
 */
@Command(name = "import", description = {"Import connections from another system, without asking end users again.",
    "Reads one JSON object a line; each batch is made as a whole or not at all."})
final class ImportCommand implements Callable<Integer> {
  private static final int MOST_SHOWN = 20;

  /** What the lines are. */
  enum From {
    file,
    nango
  }

  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Option(names = "--from", required = true, paramLabel = "FORM", description = "file: lines as docs/import.md has them; nango: connections as Nango's API answers them.")
  From from = From.file;

  @Parameters(arity = "0..1", paramLabel = "INPUT", description = "The file; without it, or with -, standard input.")
  @Nullable
  Path input;

  @Option(names = "--api-key-file", required = true, paramLabel = "FILE", description = "File that holds an API key with the scope connections:write.")
  Path apiKeyFile = Path.of("api-key");

  @Option(names = "--url", paramLabel = "ORIGIN", description = "Where the API listener is reached; without it: by the settings file.")
  @Nullable
  URI url;

  @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the authorities that the API listener's certificate comes from, instead of the platform's.")
  @Nullable
  Path ca;

  @Option(names = "--batch", paramLabel = "ROWS", defaultValue = "1000", description = "Most rows of a batch, 1 to 1000. Usually ${DEFAULT-VALUE}.")
  int batch;

  @Option(names = "--from-line", paramLabel = "LINE", defaultValue = "1", description = "Begin at this line, as an earlier run said.")
  long fromLine;

  @Option(names = "--ids", paramLabel = "FILE", description = "Append the line and the id of each connection to this file.")
  @Nullable
  Path ids;

  @Option(names = "--integration", paramLabel = "KEY=SLUG", description = "With nango: the integration of a provider_config_key, where the names differ.")
  Map<String, String> integrations = new LinkedHashMap<>();

  @Option(names = "--param", paramLabel = "NAME=PARAM", description = "With nango: the provider parameter that a name of connection_config is.")
  Map<String, String> params = new LinkedHashMap<>();

  @Option(names = "--ignore", split = ",", paramLabel = "FIELD", description = "With nango: fields that may be lost, as connection_config.name or metadata.name.")
  List<String> ignored = new ArrayList<>();

  ImportCommand(Console console) {
    this.console = console;
  }

  /** What was done so far, and what ended it. */
  private static final class Progress {
    private int imported;
    private int batches;
    private long goOnAt;
    private List<ImportLines.Wrong> wrong = List.of();
  }

  @Override
  public Integer call() throws IOException {
    if (batch < 1 || batch > ImportLines.MOST_ROWS || fromLine < 1) {
      throw new StartupException("--batch is 1 to 1000, --from-line at least 1");
    }
    ImportForm form = from == From.file ? ImportForm::asItIs : new NangoForm(integrations, params, Set.copyOf(ignored));
    Path file = input == null || input.toString().equals("-") ? null : input;
    Progress progress = new Progress();
    try (SecretText apiKey = new SecretFile(apiKeyFile.toAbsolutePath()).read(false);
        ImportPost post = new ImportPost(origin(), ca, apiKey);
        InputStream in = file == null ? console.input() : Files.newInputStream(file);
        ImportLines lines = new ImportLines(in, form, batch);
        ProgressBar bar = new ProgressBar(console, Ticker.systemTicker(), "imported")) {
      lines.skipTo(fromLine);
      all(lines, post, bar, file == null ? 0 : Files.size(file), progress);
    } catch (StartupException failed) {
      if (progress.goOnAt > 0) {
        console.note("%,d connections were imported; go on with --from-line %d".formatted(progress.imported, progress.goOnAt));
      }
      throw failed;
    }
    return told(progress);
  }

  private void all(ImportLines lines, ImportPost post, ProgressBar bar, long size, Progress progress) throws IOException {
    while (true) {
      try (ImportLines.Batch some = lines.next()) {
        if (some.isEmpty()) {
          return;
        }
        progress.goOnAt = some.firstLine();
        progress.wrong = some.wrong();
        if (some.wrong().isEmpty()) {
          ImportPost.Answer answer = post.send(some.rows());
          progress.wrong = answer.wrong();
          note(some.rows(), answer.ids());
        }
        if (!progress.wrong.isEmpty()) {
          return;
        }
        progress.imported += some.rows().size();
        progress.batches++;
        bar.show(progress.imported, size == 0 ? -1 : (double) lines.bytes() / size);
      }
    }
  }

  private void note(List<ImportRow> rows, List<String> made) throws IOException {
    if (ids == null || made.size() != rows.size()) {
      return; // a repetition may lack those that were erased since
    }
    try (Writer out = Files.newBufferedWriter(ids, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 0; i < made.size(); i++) {
        out.write("{\"line\":" + rows.get(i).line() + ",\"id\":\"" + made.get(i) + "\"}\n");
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("--ids: the file cannot be written", failed);
    }
  }

  private int told(Progress progress) {
    boolean done = progress.wrong.isEmpty();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("imported", progress.imported);
    result.put("batches", progress.batches);
    List<String> lines = new ArrayList<>();
    lines.add("%,d connections imported in %,d batches".formatted(progress.imported, progress.batches));
    if (!done) {
      result.put("from_line", progress.goOnAt);
      result.put("errors", progress.wrong.stream()
          .map(one -> Map.of("line", one.line(), "pointer", one.pointer(), "code", one.code(), "detail", one.detail())).toList());
      progress.wrong.stream().limit(MOST_SHOWN).forEach(one -> lines.add("line %d%s: %s: %s".formatted(one.line(),
          one.pointer().isEmpty() ? "" : " " + one.pointer(), one.code(), one.detail())));
      if (progress.wrong.size() > MOST_SHOWN) {
        lines.add("and %d more".formatted(progress.wrong.size() - MOST_SHOWN));
      }
      lines.add("the batch from line %d on was not imported, none of it; correct it and go on with --from-line %d"
          .formatted(progress.goOnAt, progress.goOnAt));
    }
    console.result(common.json, result, lines);
    return done ? 0 : 1;
  }

  private URI origin() {
    if (url != null) {
      if (url.getHost() == null || !(url.getRawPath() == null || url.getRawPath().isEmpty()) || url.getRawQuery() != null) {
        throw new StartupException("--url is an origin, such as https://proxy.internal:8400");
      }
      return url;
    }
    SettingValues values = Deployment.read(common.file(), System.getenv()).values();
    return URI.create((values.find(Settings.KEY_STORE).isPresent() ? "https" : "http") + "://" + values.get(Settings.API_HOST)
        + ":" + values.get(Settings.API_PORT));
  }
}
