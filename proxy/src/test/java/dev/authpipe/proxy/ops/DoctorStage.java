package dev.authpipe.proxy.ops;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.testkit.SecuredPostgres;
import dev.authpipe.testkit.kms.AwsKms;
import dev.authpipe.testkit.kms.KmsKey;

/** A deployment in earnest that has served once: mutual TLS to PostgreSQL, KEKs in a KMS, a certificate. Of it everything can be spoilt. */
final class DoctorStage implements AutoCloseable {
  private static final String SIGNED = """
      format: 1
      provider: signed
      name: Signed
      auth: oauth2
      verified: unverified
      last_verified: 2026-11-28
      authorize: {endpoint: "https://signed.example/authorize"}
      token: {endpoint: "https://signed.example/token", client_authentication: private_key_jwt}
      api: {base: "https://api.signed.example"}
      """;

  final SecuredPostgres postgres = SecuredPostgres.shared();
  final AwsKms kms = AwsKms.start("eu-central-1");
  final KmsKey main = kms.key("main");
  private final Path directory = postgres.directory();
  private final Path file;

  private DoctorStage() throws IOException {
    AwsKms.Credentials credentials = kms.credentials(false);
    kms.key("client-secrets");
    kms.key("other");
    secret("aws",
        "[default]\naws_access_key_id = " + credentials.accessKeyId() + "\naws_secret_access_key = " + credentials.secret());
    Path listener = Files.createDirectory(directory.resolve("listener"));
    postgres.certificates().issue("localhost").writePemFiles(listener);
    own(listener.resolve("private-key.pem"), "rw-------");
    secret("github", "a-client-secret-of-github");
    Files.createDirectory(directory.resolve("checkpoints"));
    own(Files.createDirectory(directory.resolve("journal")), "rwx------");
    Files.writeString(Files.createDirectory(directory.resolve("providers")).resolve("signed.yaml"), SIGNED);
    List<Integer> ports = FreePorts.next(3);
    file = own(Files.writeString(directory.resolve("authpipe.yaml"),
        """
            deployment: doctor
            data_directory: data
            listeners:
              api: {port: %d}
              connect: {port: %d, public_url: "https://localhost"}
              management: {port: %d}
              tls: {certificate: listener/certificate.pem, private_key: {file: listener/private-key.pem}}
            stores:
              vault: {url: "%s", password: {file: vault_app.password}}
              client_secrets: {url: "%s", password: {file: client_secrets_app.password}}
            keys:
              keks:
                main: {kind: aws-kms, key: alias/main, region: eu-central-1, endpoint: "%s", credentials_file: aws}
                client-secrets: {kind: aws-kms, key: alias/client-secrets, region: eu-central-1, endpoint: "%s", credentials_file: aws}
                other: {kind: aws-kms, key: alias/other, region: eu-central-1, endpoint: "%s", credentials_file: aws}
            audit: {checkpoint_directory: checkpoints}
            refresh: {journal_directory: journal}
            configuration: {provider_directory: providers}
            workspaces:
              - name: acme
                webhooks: [{name: app, url: "https://app.acme.example/hooks"}]
                integrations:
                  - {slug: slack, client_id: "1.2", return_urls: ["https://app.acme.example/done"]}
                  - {slug: signed, client_id: "c", return_urls: ["https://app.acme.example/done"]}
                  - {slug: google, client_id: "c", return_urls: ["https://app.acme.example/done"]}
                  - {slug: github, client_id: "c", client_secret: {file: github}, return_urls: ["https://app.acme.example/done"]}
            """
            .formatted(ports.get(0), ports.get(1), ports.get(2), postgres.url(Store.VAULT), postgres.url(Store.CLIENT_SECRETS),
                kms.origin(), kms.origin(), kms.origin())),
        "rw-r--r--");
    // The first call loads the whole client of the KMS, which a busy machine may not do within the deadline.
    await().atMost(Duration.ofMinutes(2))
        .until(() -> KeyExamination.of(values()).stream().noneMatch(one -> one.grade() == Finding.Grade.FAILED));
    ProxyServer.start(file, ProxyOptions.NONE).close();
    command("a-client-secret-of-slack", "secret", "set", "slack", "--expires-at",
        Clock.systemUTC().instant().plus(Duration.ofDays(12)).toString());
  }

  static DoctorStage set() {
    try {
      return new DoctorStage();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Path file() {
    return file;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  Deployment deployment() {
    return Deployment.read(file, Map.of());
  }

  SettingValues values() {
    return deployment().values();
  }

  /** The settings with something else in them, in a file beside. */
  Path edited(String before, String after) {
    try {
      String text = Files.readString(file);
      if (!text.contains(before)) {
        throw new AssertionError("the settings have no " + before);
      }
      return own(Files.writeString(directory.resolve("edited.yaml"), text.replace(before, after)), "rw-r--r--");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Looks while SQL has spoilt a store. */
  <T> T during(Store store, String spoil, String mend, Supplier<T> look) {
    postgres.sql(store, spoil);
    try {
      return look.get();
    } finally {
      postgres.sql(store, mend);
    }
  }

  /** Looks while a file has other permissions. */
  <T> T with(String name, String permissions, Function<Path, T> look) {
    Path spoilt = directory.resolve(name);
    try {
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(spoilt);
      own(spoilt, permissions);
      try {
        return look.apply(spoilt);
      } finally {
        Files.setPosixFilePermissions(spoilt, before);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Runs a command on this deployment; answers what it said. */
  String command(String input, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--config";
    all[words.length + 1] = file.toString();
    AuthpipeCommand.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(out, true, StandardCharsets.UTF_8), all);
    return out.toString(StandardCharsets.UTF_8);
  }

  Path secret(String name, String content) throws IOException {
    return own(Files.writeString(directory.resolve(name), content), "rw-------");
  }

  private static Path own(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Override
  public void close() {
    kms.close();
  }
}
