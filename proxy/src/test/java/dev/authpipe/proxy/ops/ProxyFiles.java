package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.FreePorts;

/** Writes settings files for a proxy on embedded PostgreSQL and free ports. */
final class ProxyFiles {
  private ProxyFiles() {}

  /** A development settings file, followed by more YAML. */
  static Path write(Path directory, EmbeddedDatabases.StoreSet stores, String more) {
    return write(directory, stores, UnaryOperator.identity(), more);
  }

  /** The same, with another way to the stores than the direct one. */
  static Path write(Path directory, EmbeddedDatabases.StoreSet stores, UnaryOperator<String> jdbcUrl, String more) {
    try {
      Path password = directory.resolve("postgres");
      Files.writeString(password, stores.password() + "\n");
      Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
      for (String kek : List.of("main", "client-secrets")) {
        if (!Files.exists(directory.resolve(kek + ".kek"))) {
          LocalKek.create(kek, directory.resolve(kek + ".kek"), randomness);
        }
      }
      Path file = directory.resolve("authpipe.yaml");
      Files.writeString(file, """
          mode: development
          keys:
            keks:
              main: {file: main.kek}
              client-secrets: {file: client-secrets.kek}
          listeners:
            api: {port: %d}
            connect: {port: %d}
            management: {port: %d}
          stores:
            vault:
              url: %s
              password: {file: postgres}
            client_secrets:
              url: %s
              password: {file: postgres}
          """.formatted(FreePorts.next(), FreePorts.next(), FreePorts.next(), jdbcUrl.apply(stores.jdbcUrl(Store.VAULT)),
          jdbcUrl.apply(stores.jdbcUrl(Store.CLIENT_SECRETS)))
          + (more.contains("warm_up:") ? "" : "warm_up: {limit: 0 s}\n") + more);
      return file;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
