package dev.authpipe.proxy.envelope.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.KeyStore;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import javax.crypto.KeyGenerator;
import javax.security.auth.callback.PasswordCallback;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekContract;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * On SoftHSM, a hardware security module without the hardware. Its library reads its configuration once in a process, from a variable that
 * tests do not set: the token is in the directory of the package's own configuration, for as long as the test runs.
 */
@Isolated("keeps what any logger of the process says")
class Pkcs11KekTest implements KekContract {
  private static final Path LIBRARY = Path
      .of(System.getenv().getOrDefault("SOFTHSM2_LIBRARY", "/usr/lib/softhsm/libsofthsm2.so"));
  private static final Path TOOL = Path.of(System.getenv().getOrDefault("SOFTHSM2_UTIL", "/usr/bin/softhsm2-util"));

  private static final Randomness RANDOMNESS = new Randomness(new SecureRandom(), Clock.systemUTC());
  private static final String PIN = HexFormat.of().formatHex(RANDOMNESS.bytes(6));
  private static final String TOKEN = "authpipe-" + HexFormat.of().formatHex(RANDOMNESS.bytes(6));
  private static long slot;
  private static Provider provider;

  private final List<String> pins = new ArrayList<>(List.of(PIN));
  private final String label = "key-" + HexFormat.of().formatHex(RANDOMNESS.bytes(6));
  private Pkcs11Kek kek;
  private Pkcs11Kek otherKey;
  private boolean missing;

  @BeforeAll
  static void makeTheToken() throws Exception {
    Assumptions.assumeTrue(Files.isReadable(LIBRARY) && Files.isExecutable(TOOL),
        "SoftHSM is missing: install the package softhsm2, or name its parts in SOFTHSM2_LIBRARY and SOFTHSM2_UTIL");
    String told = run("--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", PIN + "00");
    slot = Long.parseLong(told.replaceAll("(?s).*reassigned to slot (\\d+).*", "$1"));
    Provider prototype = Security.getProvider("SunPKCS11");
    provider = prototype.configure("--name = \"keys\"\nlibrary = \"" + LIBRARY + "\"\nslot = " + slot + "\n"
        + "attributes(generate, CKO_SECRET_KEY, *) = {\n CKA_TOKEN = true\n CKA_SENSITIVE = true\n CKA_EXTRACTABLE = false\n"
        + " CKA_ENCRYPT = true\n CKA_DECRYPT = true\n}\n");
  }

  @AfterAll
  static void deleteTheToken() throws Exception {
    if (slot > 0) {
      run("--delete-token", "--token", TOKEN);
    }
  }

  @BeforeEach
  void makeTheKey() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS11", provider);
    keys.load(null, PIN.toCharArray());
    KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
    generator.init(256);
    keys.setKeyEntry(label, generator.generateKey(), null, null);
    kek = kek(label);
    otherKey = kek("missing");
  }

  @AfterEach
  void close() {
    kek.close();
    otherKey.close();
  }

  @Override
  public Kek kek() {
    return missing ? otherKey : kek;
  }

  @Override
  public Set<Reason> refusals() {
    return Set.of(Reason.NOT_FOUND, Reason.NO_CREDENTIALS);
  }

  @Override
  public void refuse(Reason reason) {
    if (reason == Reason.NO_CREDENTIALS) {
      pins.clear();
    } else {
      missing = true;
    }
  }

  @Override
  public void recover() {
    missing = false;
    pins.add(PIN);
  }

  @Override
  public List<String> secrets(List<String> forms) {
    List<String> all = new ArrayList<>(forms);
    all.add(PIN);
    return all;
  }

  @Test
  void aPinThatWasRefusedIsNotTriedAgainUntilThereIsAnother() throws Exception {
    AuthProvider look = (AuthProvider) Security.getProvider("SunPKCS11")
        .configure("--name = \"look\"\nlibrary = \"" + LIBRARY + "\"\nslot = " + slot);
    look.login(null, callbacks -> ((PasswordCallback) callbacks[0]).setPassword(PIN.toCharArray()));
    look.logout(); // the whole process is logged out now
    pins.add("000000");
    assertNoCredentials();
    look.login(null, callbacks -> ((PasswordCallback) callbacks[0]).setPassword(PIN.toCharArray()));
    assertNoCredentials(); // any PIN would do now, if it were tried
    pins.add(PIN);
    kek.unwrap(wrap(kek), CONTEXT).close();
  }

  private void assertNoCredentials() {
    assertThatThrownBy(() -> wrap(kek)).isInstanceOfSatisfying(KekRefusedException.class,
        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NO_CREDENTIALS));
  }

  @Test
  void theKeyDoesNotComeOut() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS11",
        Security.getProvider("SunPKCS11").configure("--name = \"look\"\nlibrary = \"" + LIBRARY + "\"\nslot = " + slot));
    keys.load(null, PIN.toCharArray());
    assertThat(keys.getKey(label, null).getEncoded()).isNull();
  }

  private Pkcs11Kek kek(String named) {
    return new Pkcs11Kek("main", new Pkcs11KekSettings(LIBRARY, slot, false, named), () -> {
      if (pins.isEmpty()) {
        throw new IllegalStateException("no PIN");
      }
      return SecretText.of(pins.getLast());
    }, RANDOMNESS);
  }

  private static byte[] wrap(Pkcs11Kek by) {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      return by.wrap(keyset, CONTEXT);
    }
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(told.replace(arguments[arguments.length - 1], "***")).isZero();
    return told;
  }
}
