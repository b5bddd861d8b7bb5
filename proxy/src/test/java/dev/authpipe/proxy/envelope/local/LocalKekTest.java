package dev.authpipe.proxy.envelope.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekContract;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;

@Isolated("keeps what any logger of the process says")
class LocalKekTest implements KekContract {
  private final Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
  @TempDir
  private Path directory;
  private Path file;
  private LocalKek kek;
  private String content = "";

  @BeforeEach
  void create() throws IOException {
    file = directory.resolve("kek");
    kek = LocalKek.create("local", file, randomness);
  }

  @Override
  public Kek kek() {
    return kek;
  }

  @Override
  public Set<Reason> refusals() {
    return Set.of(Reason.DENIED, Reason.DISABLED, Reason.NOT_FOUND);
  }

  @Override
  public void refuse(Reason reason) {
    try {
      content = Files.readString(file);
      switch (reason) {
        case DENIED -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        case DISABLED -> Files.writeString(file, "disabled\n");
        case NOT_FOUND -> Files.delete(file);
        case PENDING_DELETION, NO_CREDENTIALS -> throw new IllegalArgumentException();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void recover() {
    try {
      Files.writeString(file, content);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void theFileIsReadableByItsOwnerOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws IOException {
    for (String permissions : new String[]{"rw-r-----", "rw----r--", "rw--w----"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      assertRefused(KekRefusedException.Reason.DENIED);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    wrapSomething();
  }

  @Test
  void aRemovedFileIsNotFoundAndABrokenOneDisabled() throws IOException {
    Files.writeString(file, "authpipe-local-kek-1 AAAA\n");
    assertRefused(KekRefusedException.Reason.DISABLED);
    Files.writeString(file, "authpipe-local-kek-1 !!!\n");
    assertRefused(KekRefusedException.Reason.DISABLED);
    Files.delete(file);
    assertRefused(KekRefusedException.Reason.NOT_FOUND);
  }

  @Test
  void anExistingFileIsNeverReplaced() {
    assertThatThrownBy(() -> LocalKek.create("local", file, randomness)).isInstanceOf(FileAlreadyExistsException.class);
    wrapSomething();
  }

  private void assertRefused(KekRefusedException.Reason reason) {
    assertThatThrownBy(this::wrapSomething).isInstanceOfSatisfying(KekRefusedException.class,
        refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  private void wrapSomething() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[8])) {
      assertThat(kek.wrap(keyset, CONTEXT)).hasSizeGreaterThan(8);
    }
  }
}
