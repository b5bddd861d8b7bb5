package dev.authpipe.proxy.ops;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.authpipe.proxy.catalog.SecretFile;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.YamlSection;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.aws.AwsKek;
import dev.authpipe.proxy.envelope.aws.AwsKekSettings;
import dev.authpipe.proxy.envelope.google.GoogleKek;
import dev.authpipe.proxy.envelope.google.GoogleKekSettings;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.envelope.pkcs11.Pkcs11Kek;
import dev.authpipe.proxy.envelope.pkcs11.Pkcs11KekSettings;
import dev.authpipe.proxy.envelope.transit.TransitKek;
import dev.authpipe.proxy.envelope.transit.TransitKekSettings;
import dev.authpipe.proxy.secret.Randomness;

/** What the operator says of one KEK: its kind, and how it is reached. Holds no secret; a tenant never has a word in it. */
sealed interface KekDefinition {
  /** The words for {@code kind}. */
  List<String> KINDS = List.of("aws-kms", "gcp-kms", "pkcs11", "transit", "local");

  /** The form of the setting, to stand after "a mapping of names to". */
  String FORM = "{kind: one of " + String.join(", ", KINDS) + ", …}; {file: path} is a local one";

  /** The word for it in the settings. */
  String kind();

  /** Whether its KMS gives the same key new versions, so that {@code kek rotate} has something to do. */
  default boolean hasVersions() {
    return true;
  }

  /** The adapter; it calls nobody yet. */
  Kek open(String name, boolean development, Duration deadline);

  /** The files with secrets that it refers to, by the member that names them. */
  default Map<String, Path> secrets() {
    return Map.of();
  }

  /** A key in a file. */
  record Local(Path file, boolean outsideDevelopment) implements KekDefinition {
    @Override
    public String kind() {
      return "local";
    }

    @Override
    public boolean hasVersions() {
      return false;
    }

    @Override
    public Kek open(String name, boolean development, Duration deadline) {
      return new LocalKek(name, file);
    }

    @Override
    public Map<String, Path> secrets() {
      return Map.of("file", file);
    }
  }

  /** A key in AWS KMS. */
  record Aws(AwsKekSettings settings) implements KekDefinition {
    @Override
    public String kind() {
      return "aws-kms";
    }

    @Override
    public Kek open(String name, boolean development, Duration deadline) {
      return new AwsKek(name, settings, deadline);
    }

    @Override
    public Map<String, Path> secrets() {
      return settings.credentialsFile() == null ? Map.of() : Map.of("credentials_file", settings.credentialsFile());
    }
  }

  /** A key in Google Cloud KMS. */
  record Google(GoogleKekSettings settings) implements KekDefinition {
    @Override
    public String kind() {
      return "gcp-kms";
    }

    @Override
    public Kek open(String name, boolean development, Duration deadline) {
      return new GoogleKek(name, settings, deadline);
    }

    @Override
    public Map<String, Path> secrets() {
      return settings.credentialsFile() == null ? Map.of() : Map.of("credentials_file", settings.credentialsFile());
    }
  }

  /** A key in a hardware security module. */
  record Pkcs11(Pkcs11KekSettings settings, SecretFile pin) implements KekDefinition {
    @Override
    public String kind() {
      return "pkcs11";
    }

    @Override
    public boolean hasVersions() {
      return false;
    }

    @Override
    public Kek open(String name, boolean development, Duration deadline) {
      return new Pkcs11Kek(name, settings, () -> pin.read(development), new Randomness(new SecureRandom(), Clock.systemUTC()));
    }

    @Override
    public Map<String, Path> secrets() {
      return Map.of("pin", pin.path());
    }
  }

  /** A key of a transit secrets engine. */
  record Transit(TransitKekSettings settings, SecretFile token) implements KekDefinition {
    @Override
    public String kind() {
      return "transit";
    }

    @Override
    public Kek open(String name, boolean development, Duration deadline) {
      return new TransitKek(name, settings, () -> token.read(development), deadline);
    }

    @Override
    public Map<String, Path> secrets() {
      return Map.of("token", token.path());
    }
  }

  /**
   * Reads one.
   *
   * @param all  the section of all KEKs
   * @param name one of its keys
   * @throws dev.authpipe.proxy.catalog.ConfigurationException with file, line and what is wrong
   */
  static KekDefinition read(YamlSection all, String name) {
    YamlSection s = all.section(name);
    ValueType<String> kinds = ValueType.TEXT_LINE.matching("one of " + String.join(", ", KINDS), String.join("|", KINDS));
    return switch (s.has("kind") ? s.required("kind", kinds) : "local") {
      case "aws-kms" -> aws(s);
      case "gcp-kms" -> google(s);
      case "pkcs11" -> pkcs11(s);
      case "transit" -> transit(s);
      default -> new Local(needed(s.path("file"), all, name, "a KEK needs a kind, or a file"),
          s.value("outside_development", ValueType.BOOLEAN, Boolean.FALSE));
    };
  }

  private static KekDefinition aws(YamlSection s) {
    String key = s.required("key", ValueType.TEXT_LINE.matching("the ARN, the id or alias/… of a key in AWS KMS",
        "arn:[a-z0-9-]+:kms:[a-z0-9-]+:\\d{12}:(key|alias)/[A-Za-z0-9/_-]{1,256}|alias/[A-Za-z0-9/_-]{1,250}|[a-z0-9-]{36,40}"));
    String[] arn = key.split(":", -1);
    ValueType<String> region = ValueType.TEXT_LINE.matching("a region, such as eu-central-1", "[a-z]{2}(-[a-z0-9]{1,12}){1,4}");
    Optional<String> said = s.optional("region", region);
    if (said.isEmpty() && arn.length < 4) {
      throw s.wrong("key", "needs a region beside it, since it is no ARN");
    }
    if (arn.length >= 4 && said.isPresent() && !said.get().equals(arn[3])) {
      throw s.wrong("region", "is not that of the key");
    }
    return new Aws(new AwsKekSettings(key, said.orElse(arn.length < 4 ? "" : arn[3]), endpoint(s, "endpoint").orElse(null),
        s.path("credentials_file").orElse(null)));
  }

  private static KekDefinition google(YamlSection s) {
    String part = "[A-Za-z0-9_.:-]{1,100}";
    String key = s.required("key",
        ValueType.TEXT_LINE.matching("projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version",
            "projects/" + part + "/locations/" + part + "/keyRings/" + part + "/cryptoKeys/" + part));
    return new Google(new GoogleKekSettings(key, endpoint(s, "endpoint").orElse(GoogleKekSettings.USUAL_ENDPOINT),
        s.path("credentials_file").orElse(null)));
  }

  private static KekDefinition pkcs11(YamlSection s) {
    Optional<Integer> slot = s.optional("slot", ValueType.integer(0, Integer.MAX_VALUE));
    Optional<Integer> index = s.optional("slot_index", ValueType.integer(0, 1_000));
    if (slot.isPresent() == index.isPresent()) {
      throw s.wrong("needs either slot, its number, or slot_index, its place in the list");
    }
    String library = needed(s.path("library"), s, "library", "is missing; it is the path of the module's library").toString();
    if (library.indexOf('"') >= 0) {
      throw s.wrong("library", "must not have quotes");
    }
    String key = s.required("key", ValueType.TEXT_LINE.matching("the label of an AES key", ".{1,200}"));
    return new Pkcs11(new Pkcs11KekSettings(Path.of(library), slot.or(() -> index).orElseThrow(), index.isPresent(), key),
        needed(s.secretFile("pin"), s, "pin", "is missing; it is a secret by reference: {file: path}"));
  }

  private static KekDefinition transit(YamlSection s) {
    URI address = needed(endpoint(s, "address"), s, "address", "is missing; it is the origin of the server");
    ValueType<String> path = ValueType.TEXT_LINE.matching("a path without slashes around it",
        "[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}){0,8}");
    String key = s.required("key", ValueType.TEXT_LINE.matching("the name of a key", "[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}"));
    return new Transit(
        new TransitKekSettings(address, s.value("mount", path, TransitKekSettings.USUAL_MOUNT), key,
            s.optional("namespace", path).orElse(null), s.path("trusted_certificates").orElse(null)),
        needed(s.secretFile("token"), s, "token", "is missing; it is a secret by reference: {file: path}"));
  }

  /** An origin: https, or http on loopback, where nobody else listens in. */
  private static Optional<URI> endpoint(YamlSection s, String key) {
    Pattern loopback = Pattern.compile("localhost|127\\.0\\.0\\.1|\\[?::1]?");
    Optional<URI> address = s.optional(key, ValueType.address("https", "http"));
    address.ifPresent(uri -> {
      if ("http".equals(uri.getScheme()) && !loopback.matcher(uri.getHost()).matches()) {
        throw s.wrong(key, "must begin with https:// unless it is on loopback");
      }
      if (!(uri.getRawPath() == null || uri.getRawPath().isEmpty()) || uri.getRawQuery() != null) {
        throw s.wrong(key, "is an origin, without a path or a slash at its end");
      }
    });
    return address;
  }

  private static <T> T needed(Optional<T> value, YamlSection s, String key, String sentence) {
    return value.orElseThrow(() -> s.wrong(key, sentence));
  }
}
