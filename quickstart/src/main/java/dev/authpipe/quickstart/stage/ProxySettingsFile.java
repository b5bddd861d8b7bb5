package dev.authpipe.quickstart.stage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;

/** Writes the proxy's settings file and the secret files it names, as an operator would, into the demonstration's own directory. */
final class ProxySettingsFile {
  static final String WORKSPACE = "demo";
  static final String INTEGRATION = "sandbox";

  private static final int KEK_BYTES = 32;

  private ProxySettingsFile() {}

  static Path write(Workplace workplace, Ports ports, EmbeddedDatabases.StoreSet stores, RegisteredClient client, URI returnUrl)
      throws IOException {
    workplace.write("postgres-password", stores.password() + "\n");
    workplace.write("client-secret", clientSecret(client).reveal() + "\n");
    workplace.write("main.kek", kek());
    workplace.write("client-secrets.kek", kek());
    return workplace.write("authpipe.yaml", """
        mode: development
        deployment: demo
        data_directory: data
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
        workspaces:
          - name: %s
            integrations:
              - slug: %s
                application_name: Tasklight
                client_id: %s
                client_secret: {file: client-secret}
                scopes: [profile, "issues:read"]
                return_urls: ["%s"]
        """.formatted(ports.api(), ports.connect(), ports.management(), stores.jdbcUrl(Store.VAULT),
        stores.jdbcUrl(Store.CLIENT_SECRETS), WORKSPACE, INTEGRATION, client.clientId(), returnUrl));
  }

  private static ConcealedText clientSecret(RegisteredClient client) {
    if (client.authentication() instanceof ClientAuthentication.Basic(ConcealedText clientSecret)) {
      return clientSecret;
    }
    throw new IllegalStateException("the sandbox provider registered a client without a secret");
  }

  /** One line, as the proxy's local KEK files have it. */
  private static String kek() {
    byte[] bytes = new byte[KEK_BYTES];
    new SecureRandom().nextBytes(bytes);
    return "authpipe-local-kek-1 " + Base64.getEncoder().encodeToString(bytes) + "\n";
  }
}
