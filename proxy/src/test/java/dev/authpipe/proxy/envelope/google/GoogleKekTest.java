package dev.authpipe.proxy.envelope.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
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
import dev.authpipe.testkit.kms.GoogleKms;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.testkit.kms.KmsKey.Behaviour;

@Isolated("keeps what any logger of the process says")
class GoogleKekTest implements KekContract {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final GoogleKms kms = GoogleKms.start();
  private final KmsKey key = kms.key("main");
  private final GoogleKek kek = kek(key);
  private boolean away;

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
    return new GoogleKek("main", new GoogleKekSettings(key.name(), kms.origin(), null), deadline);
  }

  @Override
  public Set<Reason> refusals() {
    return Set.of(Reason.values());
  }

  @Override
  public void refuse(Reason reason) {
    switch (reason) {
      case DENIED -> key.behave(Behaviour.DENIED);
      case DISABLED -> key.behave(Behaviour.DISABLED);
      case PENDING_DELETION -> key.behave(Behaviour.PENDING_DELETION);
      case NOT_FOUND -> key.behave(Behaviour.GONE);
      case NO_CREDENTIALS -> kms.rejectCredentials(true);
    }
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
      case UNREACHABLE -> {
        kms.stop();
        away = true;
      }
    }
  }

  @Override
  public void recover() {
    key.behave(Behaviour.WORKS);
    key.holdAt(null);
    kms.rejectCredentials(false);
    if (away) {
      kms.startAgain();
      away = false;
    }
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

  @Test
  @Tag("S3")
  void anAnswerWhoseChecksumDoesNotFitIsThrownAway() {
    byte[] wrapped = wrapped();
    key.lieAboutChecksums(true);
    assertThatThrownBy(this::wrapped).isInstanceOf(KekOutageException.class).hasMessageContaining("checksum");
    assertThatThrownBy(() -> kek.unwrap(wrapped, CONTEXT)).isInstanceOf(KekOutageException.class)
        .hasMessageContaining("checksum");
    key.lieAboutChecksums(false);
    kek.unwrap(wrapped, CONTEXT).close();
  }

  @Test
  @Tag("S6")
  void whatAnEarlierVersionWrappedStillUnwrapsAndIsTold() {
    byte[] wrapped = wrapped();
    key.rotate();
    kek.unwrap(wrapped, CONTEXT).close();
    assertThat(wrapped()).hasSameSizeAs(wrapped);
    assertThat(kek.isWrappedByNewest(wrapped, CONTEXT)).contains(false);
    assertThat(kek.isWrappedByNewest(wrapped(), CONTEXT)).contains(true);
  }

  @Test
  void anotherKeyDoesNotUnwrap() {
    byte[] wrapped = wrapped();
    try (GoogleKek other = kek(kms.key("other"))) {
      assertThatThrownBy(() -> other.unwrap(wrapped, CONTEXT)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void eachRequestSaysWhichKeyItIsAbout() {
    wrapped();
    assertThat(kms.routings()).containsExactly("name=" + key.name().replace("/", "%2F"));
  }

  @Test
  void withoutCredentialsNobodyIsAsked(@TempDir Path directory) {
    GoogleKekSettings settings = new GoogleKekSettings(key.name(), GoogleKekSettings.USUAL_ENDPOINT,
        directory.resolve("missing"));
    try (GoogleKek other = new GoogleKek("other", settings, DEADLINE)) {
      assertThatThrownBy(() -> other.unwrap(new byte[]{0, 0, 0, 1, 5, 5, 5, 5}, CONTEXT)).isInstanceOfSatisfying(
          KekRefusedException.class,
          refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NO_CREDENTIALS));
    }
  }

  private GoogleKek kek(KmsKey of) {
    return new GoogleKek("main", new GoogleKekSettings(of.name(), kms.origin(), null), DEADLINE);
  }

  private byte[] wrapped() {
    try (SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      return kek.wrap(keyset, CONTEXT);
    }
  }

  @Test
  @Tag("S92")
  void whatIsAllowedBeyondNeedIsFoundOutWithoutEffect() {
    assertThat(kek.rights().beyond()).isEmpty();
    kms.permit("cloudkms.cryptoKeyVersions.destroy");
    assertThat(kek.rights().beyond()).containsExactly("cloudkms.cryptoKeyVersions.destroy");
    kms.stop();
    assertThatThrownBy(kek::rights).isInstanceOf(KekOutageException.class);
    kms.startAgain();
  }
}
