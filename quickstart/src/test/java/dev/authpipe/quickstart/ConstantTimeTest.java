package dev.authpipe.quickstart;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.sdk.value.AccessToken;
import dev.authpipe.sdk.value.ApiKey;

/**
 * Holds all modules to one way of comparing secrets: {@link java.security.MessageDigest#isEqual}, whose time does not tell how much was
 * right. Every place that compares bytes is in one of two tables here, so that a new one is decided on.
 */
@Tag("S7")
class ConstantTimeTest {
  private static final String ROOT = "dev.authpipe.";
  private static final List<String> PRODUCT = Stream.of("proxy", "control", "sdk", "tlog", "wire").map(ROOT::concat).toList();
  private static final String CONSTANT = "java.security.MessageDigest.isEqual";
  private static final Set<String> OTHERWISE = Set.of("java.util.Arrays.equals", "java.util.Arrays.compare",
      "java.util.Arrays.compareUnsigned", "java.util.Arrays.mismatch", "java.util.Arrays.deepEquals",
      "java.util.Objects.deepEquals",
      "java.nio.ByteBuffer.equals", "java.nio.ByteBuffer.compareTo", "java.nio.ByteBuffer.mismatch", "java.nio.CharBuffer.equals",
      "io.netty.buffer.ByteBuf.equals", "io.netty.buffer.ByteBufUtil.equals", "com.google.protobuf.ByteString.equals");
  private static final Set<String> OF_TEXT = Set.of("equals", "equalsIgnoreCase", "contentEquals", "contentEqualsIgnoreCase",
      "compareTo",
      "compareToIgnoreCase", "regionMatches", "startsWith", "endsWith", "contains", "containsKey", "containsValue", "indexOf",
      "compare");

  /** What compares something that is not told, and what that is. */
  private static final Map<String, String> SECRET = Map.ofEntries(
      entry("control.dataplane.Enrolments.proves", "the proof of an enrolment code"),
      entry("control.export.ExportLinks.holds", "the signature of a download link"),
      entry("control.http.IdempotencyStore$Row.isOf", "the hash of a request"),
      entry("control.member.password.PasswordHashes.matches", "the hash of a password"),
      entry("control.secret.SecretText.equals", "whatever is one: states, CSRF tokens, one-time codes"),
      entry("proxy.backup.BackupReader.endOfTable", "the digest of a table"),
      entry("proxy.browser.BrowserBinding.matches", "the hash of a browser's value"),
      entry("proxy.caller.ApiKeyText.checksumHolds", "the checksum of an API key"),
      entry("proxy.caller.IdempotentRequests.begin", "the hash of a request"),
      entry("proxy.caller.KnownKey.hashIs", "the hash of an API key"),
      entry("proxy.clientsecret.ClientSecretEntries.row", "the hash of a one-time link"),
      entry("proxy.clientsecret.ClientSecrets.kept", "the fingerprint of a client secret"),
      entry("proxy.clientsecret.ClientSecrets.sealIfChanged", "the fingerprint of a client secret"),
      entry("proxy.connect.ConnectionMaking.make", "the hash of what finished a session"),
      entry("proxy.connect.FinishClaims.authorized", "the hash of a finish code"),
      entry("proxy.connect.FinishClaims.challengeHolds", "the challenge of a code verifier"),
      entry("proxy.connect.FinishClaims.claim", "the hash of what finished a session"),
      entry("proxy.incident.Rotating.isKept", "a refresh token"),
      entry("proxy.link.EnrolmentCode.isCommandKey", "the hash of the control plane's key"),
      entry("proxy.link.EnrolmentCode.parse", "the checksum of an enrolment code"),
      entry("proxy.link.IdentityFiles$Opened.of", "a key store"),
      entry("proxy.link.PinningTrust.check", "the hash of the control plane's key"),
      entry("proxy.secret.SecretBytes.equals", "whatever is one"),
      entry("proxy.secret.SecretText.equals", "whatever is one: tokens, client secrets, CSRF tokens"),
      entry("sdk.WebhookVerifier.isGenuine", "the signature of a webhook"),
      entry("sdk.value.SecretValue.isSame", "whatever is one, addresses with a secret too"));
  /** What compares bytes that everybody may know, or that nobody else can choose, and which. */
  private static final Map<String, String> PUBLIC = Map.ofEntries(
      entry("control.dataplane.DataPlaneStore.publish", "the hash of a published feed"),
      entry("control.http.ServerTls.look", "marks of our own files, before and now"),
      entry("control.policy.PngImage.equals", "pictures"),
      entry("control.policy.PngImage.of", "the beginning of every PNG file"),
      entry("proxy.backup.BackupHeader.read", "the beginning of every backup"),
      entry("proxy.backup.BackupReader.next", "counts, once the whole was authenticated"),
      entry("proxy.catalog.Logo.pixels", "names of the chunks of a picture"),
      entry("proxy.cell.Difference$Row.order", "names of rows"),
      entry("proxy.clientsecret.ClientSecretSetting.typePrefix", "a provider's fixed prefix, which is shown"),
      entry("proxy.envelope.KnownAnswers.check", "a published vector"),
      entry("proxy.envelope.StoredKeyset.isWrappedAs", "ciphertext of two rows"),
      entry("proxy.http.ServerTls.look", "marks of our own files, before and now"),
      entry("proxy.journal.SegmentHeader.decode", "a header without secrets"),
      entry("proxy.link.EnrolmentCode.parse", "the prefix of every enrolment code"),
      entry("proxy.notify.Endpoints.remember", "the hash of an endpoint's settings"),
      entry("proxy.retire.OwedTokens.text", "an origin and a client id, with themselves"),
      entry("tlog.CanonicalJson.read", "a text of a log, with itself"),
      entry("tlog.ExportLine.at", "names of fields"),
      entry("tlog.ExportLine.parse", "an event that is left out"),
      entry("tlog.Hash.equals", "hashes of a public log"),
      entry("tlog.VerifierKey.equals", "public keys"));
  /** Methods that have a secret in hand and compare text, and why that text is not the secret. */
  private static final Map<String, String> BESIDE = Map.ofEntries(
      entry("control.member.PasswordRules.check", "a new password with its own e-mail address"),
      entry("control.member.totp.Totp.bytes", "finds digits in an alphabet"),
      entry("proxy.catalog.WorkspaceKeks.change", "names of KEKs"),
      entry("proxy.clientsecret.ClientKeys.open", "origins, and public keys"),
      entry("proxy.clientsecret.ClientSecretSetting.typePrefix", "a provider's fixed prefix, which is shown"),
      entry("proxy.config.EntryPageController.entry", "origins"),
      entry("proxy.connect.FinishClaims.authorized", "the end user's identifier"),
      entry("proxy.egress.SmallExchange.message", "names of headers and methods"),
      entry("proxy.envelope.KnownAnswers.check", "a published vector"),
      entry("proxy.envelope.google.GoogleKek.wrap", "checksums and names of keys"),
      entry("proxy.envelope.transit.TransitKek.wrap", "ciphertext"),
      entry("proxy.link.EnrolmentCode.parse", "the prefix of every enrolment code"),
      entry("proxy.oauth.AuthorizationQuery.of", "names of parameters"),
      entry("proxy.oauth.TokenAnswerReader.tokenType", "the type of a token"),
      entry("proxy.probe.Probes.read", "status codes"),
      entry("proxy.secret.MaskedPrefix.of", "a provider's fixed prefix, which is shown"),
      entry("sdk.WebhookVerifier.key", "the prefix of every webhook secret"));

  private static List<JavaClass> classes = List.of();

  @BeforeAll
  static void read() {
    ArchConfiguration.withThreadLocalScope(configuration -> {
      configuration.setResolveMissingDependenciesFromClassPath(false); // names are enough, and several times as fast
      classes = new ClassFileImporter().withImportOption(ConstantTimeTest::isProduct).importPackages(PRODUCT).stream().toList();
    });
    assertThat(classes).hasSizeGreaterThan(1_000);
  }

  /** What the class path has first under a name, no test, and not what Micronaut's processor writes. */
  private static boolean isProduct(Location location) {
    String place = location.asURI().toString();
    String name = place.substring(place.lastIndexOf("dev/authpipe/"));
    var first = ConstantTimeTest.class.getClassLoader().getResource(name);
    return !place.contains("/test-classes/") && !name.contains("/$") && first != null && first.toString().equals(place);
  }

  @Test
  void everySecretIsComparedInConstantTimeWhereverOneIsCompared() {
    assertThat(places(CONSTANT::equals)).isEqualTo(new TreeSet<>(SECRET.keySet()));
  }

  @Test
  void bytesAreComparedOtherwiseOnlyWhereTheyArePublic() {
    assertThat(places(OTHERWISE::contains)).isEqualTo(new TreeSet<>(PUBLIC.keySet()));
  }

  @Test
  void noMethodWithASecretInHandComparesText() {
    Set<String> found = codeUnits().filter(one -> one.getAccessesFromSelf().stream().anyMatch(ConstantTimeTest::bringsASecret))
        .flatMap(one -> one.getAccessesFromSelf().stream().filter(ConstantTimeTest::comparesText)
            .map(access -> place(one)))
        .collect(toCollection(TreeSet::new));
    assertThat(found).isEqualTo(new TreeSet<>(BESIDE.keySet()));
  }

  static Stream<Function<String, Object>> secretTypes() {
    return Stream.of(dev.authpipe.proxy.secret.SecretText::of,
        text -> SecretBytes.copyOf(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        dev.authpipe.control.secret.SecretText::of, AccessToken::new, ApiKey::new);
  }

  @ParameterizedTest
  @MethodSource("secretTypes")
  void aSecretEqualsOnlyWhatIsTheSameInEachCharacter(Function<String, Object> type) {
    String content = "ap_sk_0123456789";
    Object secret = type.apply(content);
    assertThat(secret).isEqualTo(type.apply(content)).isNotEqualTo(content).isNotEqualTo(type.apply(content + "0"))
        .isNotEqualTo(type.apply(content.substring(1)));
    for (int at = 0; at < content.length(); at++) {
      char[] other = content.toCharArray();
      other[at] = (char) (other[at] ^ 1);
      assertThat(type.apply(new String(other))).as("another character at %s", at).isNotEqualTo(secret);
    }
  }

  private static Set<String> places(Predicate<String> methods) {
    return codeUnits().filter(one -> one.getAccessesFromSelf().stream().map(ConstantTimeTest::target).anyMatch(methods))
        .map(ConstantTimeTest::place).collect(toCollection(TreeSet::new));
  }

  private static Stream<JavaCodeUnit> codeUnits() {
    return classes.stream().flatMap(one -> one.getCodeUnits().stream());
  }

  private static String target(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getName();
  }

  private static boolean bringsASecret(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getSimpleName();
    return switch (access.getName()) {
      case "expose", "exposeUtf8" -> owner.equals("SecretText") || owner.equals("SecretBytes");
      case "reveal" -> true;
      case "doFinal", "computeMac" -> owner.equals("Mac");
      case "hash", "authorityMac", "apiKeyHash" -> owner.equals("DeploymentKeys");
      case "hmacSha256" -> true;
      default -> false;
    };
  }

  private static boolean comparesText(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return OF_TEXT.contains(access.getName()) && !owner.startsWith(ROOT) && !access.getTargetOwner().isEnum()
        && !Arrays.asList("java.time.Duration", "java.time.Instant").contains(owner);
  }

  /** The method, without the part of its class's name that all share. */
  private static String place(JavaCodeUnit one) {
    return one.getOwner().getName().substring(ROOT.length()) + "." + one.getName();
  }
}
