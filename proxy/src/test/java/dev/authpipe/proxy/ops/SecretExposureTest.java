package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.LeafCertificate;
import dev.authpipe.testkit.TestCertificates;

/** What everybody on the host may list of a running proxy, its command line and its environment, holds no secret. */
class SecretExposureTest {
  @TempDir
  Path directory;

  @Test
  @Tag("S62")
  void neitherTheCommandLineNorTheEnvironmentHoldsASecret() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path settings = ProxyFiles.write(directory, stores, "");
      Map<String, CanaryText> canaries = new LinkedHashMap<>();
      Map<String, String> environment = new LinkedHashMap<>();
      for (Setting<?> setting : Settings.ALL) {
        if (setting.form().startsWith("a secret by reference") && !setting.equals(Settings.PRIVATE_KEY)) {
          CanaryText canary = CanaryText.random(new SecureRandom());
          canaries.put(setting.key(), canary);
          environment.put(setting.variable(), Files.writeString(directory.resolve(setting.variable()), canary.text()).toString());
        }
      }
      assertThat(canaries).containsKeys("stores.vault.password", "stores.client_secrets.owner_password",
          "listeners.tls.key_store_password");
      environment.put(Settings.KEY_STORE.variable(),
          keyStore(Objects.requireNonNull(canaries.get(Settings.KEY_STORE_PASSWORD.key())).text()).toString());
      Process process = started(settings, environment);
      try {
        for (String list : List.of("cmdline", "environ")) {
          byte[] listed = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/" + list));
          assertThat(new String(listed, StandardCharsets.UTF_8)).contains(list.equals("cmdline") ? "--config" : "AUTHPIPE_");
          canaries.forEach((key, canary) -> assertThat(canary.search(listed)).as(key + " in " + list).isEmpty());
        }
        canaries.forEach((key, canary) -> assertThat(canary.search(directory.resolve("stderr.log"))).as(key).isEmpty());
      } finally {
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private Process started(Path settings, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), AuthpipeCommand.class.getName(), "proxy",
        "--config", settings.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(directory.resolve("stderr.log").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).as(() -> log()).contains("https://127.0.0.1");
    return process;
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("stderr.log"));
    } catch (IOException none) {
      return "";
    }
  }

  private Path keyStore(String password) throws Exception {
    LeafCertificate leaf = TestCertificates.create().issue("127.0.0.1");
    leaf.writePemFiles(directory);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
            .decode(Files.readString(directory.resolve("private-key.pem")).replaceAll("-----[A-Z ]+-----", "")))),
        password.toCharArray(), new Certificate[]{leaf.certificate()});
    Path file = directory.resolve("server.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    return file;
  }
}
