package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Provider;

/** {@code authpipe provider}: checks provider files. Never connects anywhere. */
@Command(name = "provider", description = "Check provider files.")
final class ProviderCommand {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  ProviderCommand(Console console) {
    this.console = console;
  }

  @Command(name = "check", description = "Check a provider file against every rule of the format.")
  int check(@Mixin CommonOptions options, @Parameters(paramLabel = "FILE") Path file) {
    Provider provider = Catalog.read(file, Map.of());
    String verified = provider.verified().name().toLowerCase(Locale.ROOT);
    console.result(options.json, Map.of("provider", provider.slug(), "valid", true, "verified", verified),
        List.of(provider.slug() + " is valid (" + verified + ", " + provider.lastVerified() + ")"));
    return 0;
  }
}
