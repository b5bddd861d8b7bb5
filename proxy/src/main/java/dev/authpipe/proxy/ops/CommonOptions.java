package dev.authpipe.proxy.ops;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
  @Option(names = "--config", paramLabel = "FILE", description = "The settings file; without it AUTHPIPE_CONFIG, or authpipe.yaml in this directory.")
  @Nullable
  Path config;

  @Option(names = "--json", description = "Answer with one JSON object.")
  boolean json;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  boolean help;

  CommonOptions() {}

  Path file() {
    if (config != null) {
      return config;
    }
    String named = System.getenv("AUTHPIPE_CONFIG");
    return Path.of(named == null ? "authpipe.yaml" : named);
  }
}
