package dev.authpipe.proxy.envelope.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.kms.AwsKms;
import dev.authpipe.testkit.kms.KmsKey;

/** A KEK without a file of credentials is used with those that a web identity is traded for, as in a pod with a service account. */
@Isolated("sets properties of the whole process, as a pod sets its environment")
class AwsWebIdentityTest {
  private static final WrapContext CONTEXT = new WrapContext("vault-workspace", "deployment", null, 1);
  private static final String ROLE = "arn:aws:iam::111122223333:role/authpipe-proxy";
  private static final String REFUSAL = """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
      <Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>""";

  private final AwsKms kms = AwsKms.start("eu-central-1");
  private final KmsKey key = kms.key("main");
  private final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> before = new HashMap<>();
  private volatile String believed = "identity-of-this-pod";
  private LoopbackServer sts;
  @TempDir
  private Path directory;

  @BeforeEach
  void open() throws IOException {
    sts = LoopbackServer.start(exchange -> {
      Map<String, String> form = Arrays.stream(exchange.bodyText().split("&", -1)).map(pair -> pair.split("=", 2))
          .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
      asked.add(form);
      AwsKms.Credentials made = kms.credentials(true);
      exchange.answer(believed.equals(form.get("WebIdentityToken"))
          ? Answer.text(200, answer(made)).with("Content-Type", "text/xml")
          : Answer.text(403, REFUSAL).with("Content-Type", "text/xml"));
    });
    Path token = Files.writeString(directory.resolve("token"), believed);
    set("aws.webIdentityTokenFile", token.toString());
    set("aws.roleArn", ROLE);
    set("aws.region", kms.region());
    set("aws.endpointUrlSts", sts.origin().toString());
  }

  private void set(String property, String value) {
    before.put(property, System.getProperty(property, ""));
    System.setProperty(property, value);
  }

  @AfterEach
  void close() {
    before.forEach((property, value) -> {
      if (value.isEmpty()) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, value);
      }
    });
    sts.close();
    kms.close();
  }

  private static String answer(AwsKms.Credentials given) {
    return """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
        <Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken>
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>""".formatted(given.accessKeyId(), given.secret(),
        given.session());
  }

  private AwsKek kek() {
    return new AwsKek("main", new AwsKekSettings(key.name(), kms.region(), URI.create(kms.origin().toString()), null),
        Duration.ofSeconds(5));
  }

  @Test
  void theTokenOfThePodIsTradedForCredentialsThatSign() {
    try (AwsKek kek = kek(); SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      byte[] wrapped = kek.wrap(keyset, CONTEXT);
      kek.unwrap(wrapped, CONTEXT).close();
    }
    assertThat(asked).singleElement().satisfies(form -> assertThat(form).containsEntry("Action", "AssumeRoleWithWebIdentity")
        .containsEntry("RoleArn", ROLE).containsEntry("WebIdentityToken", "identity-of-this-pod"));
    assertThat(kms.operations()).containsExactly("Encrypt", "Decrypt");
  }

  @Test
  @Tag("S5")
  void anIdentityThatIsNotBelievedIsARefusalAndIsNotRepeated() {
    believed = "identity-of-another-pod";
    try (AwsKek kek = kek(); SecretBytes keyset = SecretBytes.taking(new byte[32])) {
      assertThatThrownBy(() -> kek.wrap(keyset, CONTEXT)).isInstanceOfSatisfying(KekRefusedException.class,
          refusal -> assertThat(refusal.reason()).isIn(Reason.NO_CREDENTIALS, Reason.DENIED))
          .hasMessageNotContaining("identity-of");
    }
    assertThat(kms.operations()).isEmpty();
  }
}
