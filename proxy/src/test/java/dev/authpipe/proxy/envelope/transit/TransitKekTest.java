package dev.authpipe.proxy.envelope.transit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekContract;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.kms.KmsKey;
import dev.authpipe.testkit.kms.KmsKey.Behaviour;
import dev.authpipe.testkit.kms.TransitServer;

@Isolated("keeps what any logger of the process says")
class TransitKekTest implements KekContract {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final TransitServer server = TransitServer.start("kms/transit", "team/one", null);
  private final KmsKey key = server.key("main");
  private final List<String> tokens = new ArrayList<>(List.of(server.token()));
  private final TransitKek kek = kek(server.origin(), "main");

  @AfterEach
  void close() {
    kek.close();
    server.close();
  }

  @Override
  public Kek kek() {
    return kek;
  }

  @Override
  public Kek kek(Duration deadline) {
    return new TransitKek("main", settings(server.origin(), "main", null), () -> SecretText.of(tokens.getLast()), deadline);
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
      case NO_CREDENTIALS -> tokens.add("revoked");
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
      case UNREACHABLE -> server.server().refuseConnections();
    }
  }

  @Override
  public void recover() {
    key.behave(Behaviour.WORKS);
    key.holdAt(null);
    tokens.add(server.token());
    server.server().refuseConnections();
    server.server().acceptConnections();
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
    all.add(server.token());
    return all;
  }

  @Test
  void theTokenIsReadOnEveryCall() {
    byte[] wrapped = wrapped();
    server.renewToken();
    assertRefused(wrapped, Reason.NO_CREDENTIALS);
    tokens.add(server.token());
    kek.unwrap(wrapped, CONTEXT).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary\nX-Other: 1", "canary\u0000", "canary canary", "canary\u00e9", ""})
  void aTokenThatIsNoHeaderIsNeitherSentNorRepeated(String text) {
    tokens.add(text);
    assertThatThrownBy(this::wrapped).isInstanceOfSatisfying(KekRefusedException.class,
        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NO_CREDENTIALS)).hasMessageNotContaining("canary").hasNoCause();
    assertThat(server.server().requests()).isEmpty();
  }

  @Test
  void aTokenThatCannotBeReadIsARefusal() {
    try (TransitKek unread = new TransitKek("main", settings(server.origin(), "main", null), () -> {
      throw new IllegalStateException("canary");
    }, DEADLINE)) {
      assertThatThrownBy(() -> unread.unwrap(new byte[]{0, 0, 0, 1, 5, 5, 5, 5}, CONTEXT)).isInstanceOf(KekRefusedException.class)
          .hasMessageNotContaining("canary").hasNoCause();
    }
  }

  @Test
  void anotherKeyIsNotFoundAndDoesNotUnwrap() {
    byte[] wrapped = wrapped();
    server.key("other");
    try (TransitKek other = kek(server.origin(), "other"); TransitKek missing = kek(server.origin(), "missing")) {
      assertThatThrownBy(() -> other.unwrap(wrapped, CONTEXT)).isInstanceOf(IntegrityException.class);
      assertThatThrownBy(() -> missing.unwrap(wrapped, CONTEXT)).isInstanceOfSatisfying(KekRefusedException.class,
          refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NOT_FOUND));
    }
  }

  @Test
  void aMountThatIsNotThereIsNotFound() {
    byte[] wrapped = wrapped();
    TransitKekSettings settings = new TransitKekSettings(server.origin(), "transit", "main", "team/one", null);
    try (TransitKek other = new TransitKek("main", settings, () -> SecretText.of(server.token()), DEADLINE)) {
      assertThatThrownBy(() -> other.unwrap(wrapped, CONTEXT)).isInstanceOfSatisfying(KekRefusedException.class,
          refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NOT_FOUND));
    }
  }

  @Test
  @Tag("S6")
  void whatAnEarlierVersionWrappedStillUnwrapsAndIsTold() {
    byte[] wrapped = wrapped();
    key.rotate();
    kek.unwrap(wrapped, CONTEXT).close();
    assertThat(wrapped()[3]).isEqualTo((byte) 2);
    assertThat(kek.isWrappedByNewest(wrapped, CONTEXT)).contains(false);
    assertThat(kek.isWrappedByNewest(wrapped(), CONTEXT)).contains(true);
  }

  @Test
  @Tag("S23")
  void aRedirectIsNotFollowed() {
    byte[] wrapped = wrapped();
    try (TransitServer elsewhere = TransitServer.start("kms/transit", "team/one", null)) {
      server.answerAlways(Answer.redirect(307, URI.create(elsewhere.origin() + "/v1/kms/transit/decrypt/main")));
      assertThatThrownBy(() -> kek.unwrap(wrapped, CONTEXT)).isInstanceOf(KekOutageException.class);
      assertThat(elsewhere.server().requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"data\":{}}", "{\"data\":{\"ciphertext\":\"vault:v1:!!!!\",\"plaintext\":\"!!!!\"}}",
      "{\"data\":{\"ciphertext\":\"vault:v0:AAAA\",\"plaintext\":3}}",
      "{\"data\":{\"ciphertext\":\"vault:v1:AAB=\",\"plaintext\":null}}"})
  void anAnswerOfAnotherFormIsAnOutage(String body) {
    byte[] wrapped = wrapped();
    server.answerAlways(Answer.json(200, body));
    assertThatThrownBy(() -> kek.unwrap(wrapped, CONTEXT)).isInstanceOf(KekOutageException.class);
    assertThatThrownBy(this::wrapped).isInstanceOf(KekOutageException.class);
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    byte[] wrapped = wrapped();
    server.answerAlways(Answer.json(200, "{\"data\":{\"plaintext\":\"" + "A".repeat(1 << 20) + "\"}}"));
    assertThatThrownBy(() -> kek.unwrap(wrapped, CONTEXT)).isInstanceOf(KekOutageException.class);
  }

  @Test
  void aServerIsBelievedByItsOwnAuthorityOnly(@TempDir Path directory) throws Exception {
    TestCertificates own = TestCertificates.create();
    TestCertificates other = TestCertificates.create();
    try (TransitServer secured = TransitServer.start("kms/transit", "team/one", own.issue("localhost").context())) {
      secured.key("main");
      URI address = secured.server().origin("localhost");
      for (TestCertificates trusted : List.of(own, other)) {
        Path pem = Files.writeString(directory.resolve("authority.pem"), trusted.authorityPem());
        try (
            TransitKek one = new TransitKek("main", settings(address, "main", pem), () -> SecretText.of(secured.token()),
                DEADLINE);
            SecretBytes keyset = SecretBytes.taking(new byte[8])) {
          if (trusted.equals(own)) {
            one.unwrap(one.wrap(keyset, CONTEXT), CONTEXT).close();
          } else {
            assertThatThrownBy(() -> one.wrap(keyset, CONTEXT)).isInstanceOf(KekOutageException.class);
          }
        }
      }
    }
  }

  private TransitKek kek(URI address, String named) {
    return new TransitKek("main", settings(address, named, null), () -> SecretText.of(tokens.getLast()), DEADLINE);
  }

  private static TransitKekSettings settings(URI address, String named, @org.jspecify.annotations.Nullable Path trusted) {
    return new TransitKekSettings(address, "kms/transit", named, "team/one", trusted);
  }

  private void assertRefused(byte[] wrapped, Reason reason) {
    assertThatThrownBy(() -> kek.unwrap(wrapped, CONTEXT)).isInstanceOfSatisfying(KekRefusedException.class,
        refusal -> assertThat(refusal.reason()).isEqualTo(reason));
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
    server.allow("kms/transit/keys/main", "delete", "update");
    server.allow("kms/transit/export/encryption-key/main", "read");
    assertThat(kek.rights().beyond()).containsExactly("read, replace or delete the key (kms/transit/keys/main: delete, update)",
        "export it (kms/transit/export/encryption-key/main: read)");
    tokens.add("revoked");
    assertThatThrownBy(kek::rights).isInstanceOf(KekRefusedException.class);
  }
}
