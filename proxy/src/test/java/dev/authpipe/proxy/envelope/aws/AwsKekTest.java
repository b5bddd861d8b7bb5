package dev.authpipe.proxy.envelope.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekContract;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.kms.AwsKms;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.testkit.kms.KmsKey.Behaviour;

@Isolated("keeps what any logger of the process says")
class AwsKekTest implements KekContract {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final AwsKms kms = AwsKms.start("eu-central-1");
  private final KmsKey key = kms.key("main");
  private final AwsKms.Credentials credentials = kms.credentials(true);
  @TempDir
  private Path directory;
  private Path file;
  private AwsKek kek;

  @BeforeEach
  void open() {
    file = directory.resolve("credentials");
    give(credentials);
    kek = kek(key.name());
  }

  @AfterEach
  void close() {
    kek.close();
    kms.close();
  }

  @Override
  public Kek kek() {
    return kek;
  }

  @Override
  public Kek kek(Duration deadline) {
    return new AwsKek("main", settings(key.name(), file), deadline);
  }

  @Override
  public Set<Reason> refusals() {
    return Set.of(Reason.DENIED, Reason.DISABLED, Reason.PENDING_DELETION, Reason.NOT_FOUND);
  }

  @Override
  public void refuse(Reason reason) {
    key.behave(switch (reason) {
      case DENIED -> Behaviour.DENIED;
      case DISABLED -> Behaviour.DISABLED;
      case PENDING_DELETION -> Behaviour.PENDING_DELETION;
      case NOT_FOUND -> Behaviour.GONE;
      case NO_CREDENTIALS -> throw new IllegalArgumentException();
    });
  }

  @Override
  public Set<Outage> outages() {
    return Set.of(Outage.values());
  }

  @Override
  public void fail(Outage outage) {
    switch (outage) {
      case THROTTLED -> key.behave(Behaviour.THROTTLED);
      case SERVER_ERROR -> key.behave(Behaviour.BROKEN);
      case UNREACHABLE -> kms.server().refuseConnections();
    }
  }

  @Override
  public void recover() {
    key.behave(Behaviour.WORKS);
    key.holdAt(null);
    kms.server().refuseConnections();
    kms.server().acceptConnections();
  }

  @Override
  public boolean hold(Gate gate) {
    key.holdAt(gate);
    return true;
  }

  @Override
  public int calls() {
    return key.calls();
  }

  @Override
  public List<String> secrets(List<String> forms) {
    List<String> all = new ArrayList<>(forms);
    all.add(credentials.secret());
    all.add(credentials.session());
    return all;
  }

  @Override
  @Test
  @Tag("S62")
  @SuppressWarnings("JUnitMethodInvoked") // here by name, for build/protections
  public void nothingThatIsWrappedIsLoggedOrThrown() {
    KekContract.super.nothingThatIsWrappedIsLoggedOrThrown();
  }

  @Test
  void itIsReachedByItsAliasToo() {
    try (AwsKek alias = kek("alias/main"); SecretBytes keyset = SecretBytes.taking(new byte[16])) {
      kek.unwrap(alias.wrap(keyset, CONTEXT), CONTEXT).close();
    }
  }

  @Test
  void credentialsThatTheServiceDoesNotKnowOrThatExpiredAreARefusal() {
    byte[] wrapped = wrapped(kek);
    credentials.expire();
    assertNoCredentials(kek, wrapped);
    try (AwsKek other = new AwsKek("other", settings(key.name(), directory.resolve("missing")), DEADLINE)) {
      assertNoCredentials(other, wrapped);
    }
  }

  @Test
  void aSecretThatSignsOtherwiseIsARefusal() throws IOException {
    Files.writeString(file, Files.readString(file).replace(credentials.secret(), "another"));
    try (AwsKek other = kek(key.name())) {
      assertNoCredentials(other, new byte[64]);
    }
  }

  @Test
  void anotherKeyOfTheSameAccountDoesNotUnwrap() {
    byte[] wrapped = wrapped(kek);
    try (AwsKek other = kek(kms.key("other").name())) {
      assertThatThrownBy(() -> other.unwrap(wrapped, CONTEXT)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void aKeyThatTheServiceDoesNotHaveIsNotFound() {
    try (AwsKek other = kek(key.name().replaceAll("[0-9a-f]{12}$", "000000000000"))) {
      assertThatThrownBy(() -> wrapped(other)).isInstanceOfSatisfying(KekRefusedException.class,
          refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NOT_FOUND));
    }
  }

  @Test
  void whatARotatedKeyWrappedBeforeStillUnwraps() {
    byte[] wrapped = wrapped(kek);
    key.rotate();
    kek.unwrap(wrapped, CONTEXT).close();
    kek.unwrap(wrapped(kek), CONTEXT).close();
  }

  @Test
  void aRewrapWithinTheServiceNeverBringsTheKeysetOut() {
    byte[] wrapped = wrapped(kek);
    try (AwsKek other = kek(kms.key("other").name())) {
      int before = kms.operations().size();
      byte[] moved = other.rewrap(wrapped, CONTEXT, kek).orElseThrow();
      assertThat(kms.operations().subList(before, kms.operations().size())).containsExactly("ReEncrypt", "ReEncrypt");
      other.unwrap(moved, CONTEXT).close();
      assertThatThrownBy(() -> kek.unwrap(moved, CONTEXT)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void aRewrapThatTheServiceDoesNotAllowIsLeftToTheCaller() {
    byte[] wrapped = wrapped(kek);
    try (AwsKek other = kek(kms.key("other").name())) {
      kms.deny("ReEncrypt", true);
      assertThat(other.rewrap(wrapped, CONTEXT, kek)).isEmpty();
    }
  }

  @Test
  void aRewrapOfSomethingElseIsRefused() {
    byte[] wrapped = wrapped(kek);
    wrapped[wrapped.length - 1] ^= 1;
    try (AwsKek other = kek(kms.key("other").name())) {
      assertThatThrownBy(() -> other.rewrap(wrapped, CONTEXT, kek)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  @Tag("S5")
  void credentialsThatAreNoLongerGivenOutAreAnOutage() {
    boolean[] given = {true};
    ToldCredentials told = new ToldCredentials(() -> {
      if (given[0]) {
        return software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create("id", "text");
      }
      throw software.amazon.awssdk.core.exception.SdkClientException.create("nobody gives any out");
    });
    given[0] = false;
    assertThatThrownBy(told::resolveCredentials).isInstanceOf(KekRefusedException.class);
    given[0] = true;
    told.resolveCredentials();
    given[0] = false;
    assertThatThrownBy(told::resolveCredentials).isInstanceOf(KekOutageException.class);
  }

  private void give(AwsKms.Credentials some) {
    try {
      Files.writeString(file,
          "[default]\naws_access_key_id = " + some.accessKeyId() + "\naws_secret_access_key = " + some.secret()
              + "\naws_session_token = " + some.session() + "\n");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private AwsKek kek(String named) {
    return new AwsKek("main", settings(named, file), DEADLINE);
  }

  private AwsKekSettings settings(String named, Path from) {
    return new AwsKekSettings(named, kms.region(), kms.origin(), from);
  }

  private static byte[] wrapped(AwsKek by) {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      return by.wrap(keyset, CONTEXT);
    }
  }

  private static void assertNoCredentials(AwsKek kek, byte[] wrapped) {
    assertThatThrownBy(() -> kek.unwrap(wrapped, CONTEXT)).isInstanceOfSatisfying(KekRefusedException.class,
        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NO_CREDENTIALS));
  }

  @Test
  @Tag("S92")
  void whatIsAllowedBeyondNeedIsFoundOutWithoutEffect() {
    assertThat(kek.rights().beyond()).isEmpty();
    assertThat(kek.rights().untold()).contains("kms:ScheduleKeyDeletion");
    kms.allowAdministration("CreateGrant", true);
    kms.allowAdministration("ListGrants", true);
    assertThat(kek.rights().beyond()).containsExactly("kms:CreateGrant", "kms:ListGrants");
    credentials.expire();
    assertThatThrownBy(kek::rights).isInstanceOf(KekRefusedException.class);
    kms.server().close();
    assertThatThrownBy(kek::rights).isInstanceOf(KekOutageException.class);
  }
}
