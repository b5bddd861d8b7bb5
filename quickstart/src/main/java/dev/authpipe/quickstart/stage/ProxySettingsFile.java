package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Writes the proxy's settings file and the secret files it names, as an operator would, into the demonstration's own directory. */
final class ProxySettingsFile {
  private static final int KEK_BYTES = 32;

  private ProxySettingsFile() {}

  static Path write(Workplace workplace, Ports ports, EmbeddedDatabases.StoreSet stores) throws IOException {
    workplace.write("postgres-password", stores.password() + "\n");
    workplace.write("main.kek", kek());
    workplace.write("client-secrets.kek", kek());
    return workplace.write("authpipe.yaml", """
        mode: development
        deployment: demo
        data_directory: data
        warm_up: {limit: 0 s}
        control_plane:
          url: https://127.0.0.1:%d
          regions: [%s]
        listeners:
          api: {port: %d}
          connect: {port: %d}
          management: {port: %d}
        stores:
          vault:
            url: %s
            password: {file: postgres-password}
          client_secrets:
            url: %s
            password: {file: postgres-password}
        keys:
          keks:
            main: {file: main.kek}
            client-secrets: {file: client-secrets.kek}
        """.formatted(ports.link(), ControlSettingsFile.REGION, ports.api(), ports.connect(), ports.management(),
        stores.jdbcUrl(Store.VAULT), stores.jdbcUrl(Store.CLIENT_SECRETS)));
  }

  /** One line, as the proxy's local KEK files have it. */
  private static String kek() {
    byte[] bytes = new byte[KEK_BYTES];
    new SecureRandom().nextBytes(bytes);
    return "authpipe-local-kek-1 " + Base64.getEncoder().encodeToString(bytes) + "\n";
  }
}
