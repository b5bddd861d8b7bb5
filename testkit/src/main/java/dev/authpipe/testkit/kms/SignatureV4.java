package dev.authpipe.testkit.kms;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.authpipe.testkit.http.RecordedRequest;

/**
 * Verifies Signature Version 4 of AWS as its public description has it: canonical request, string to sign, derived signing key. Written
 * from that description alone, so that a signature that passes here is one that two readings agree on. Never signs.
 */
final class SignatureV4 {
  /** Why a request is not believed, as the service spells it. */
  enum Verdict {
    VALID(""),
    MISSING("MissingAuthenticationTokenException"),
    UNKNOWN_KEY("UnrecognizedClientException"),
    EXPIRED("ExpiredTokenException"),
    INVALID("InvalidSignatureException");

    private final String type;

    Verdict(String type) {
      this.type = type;
    }

    String type() {
      return type;
    }
  }

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final Pattern AUTHORIZATION = Pattern.compile(
      ALGORITHM
          + " Credential=([^/, ]+)/(\\d{8})/([^/, ]+)/([^/, ]+)/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})");
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final String region;
  private final String service;
  private final Function<String, Optional<AwsKms.Credentials>> credentials;

  SignatureV4(String region, String service, Function<String, Optional<AwsKms.Credentials>> credentials) {
    this.region = region;
    this.service = service;
    this.credentials = credentials;
  }

  Verdict verify(RecordedRequest request, byte[] body, Instant now) {
    var authorization = request.header("Authorization").map(AUTHORIZATION::matcher);
    var date = request.header("X-Amz-Date").orElse("");
    if (authorization.isEmpty()) {
      return Verdict.MISSING;
    }
    var match = authorization.get();
    if (!match.matches() || !isFresh(date, now) || !date.startsWith(match.group(2)) || !match.group(3).equals(region)
        || !match.group(4).equals(service)) {
      return Verdict.INVALID;
    }
    var signed = List.of(match.group(5).split(";", -1));
    if (!signed.contains("host") || !signed.contains("x-amz-date") || !signed.contains("x-amz-target")) {
      return Verdict.INVALID;
    }
    var known = credentials.apply(match.group(1));
    if (known.isEmpty()) {
      return Verdict.UNKNOWN_KEY;
    }
    var scope = String.join("/", match.group(2), region, service, "aws4_request");
    var toSign = String.join("\n", ALGORITHM, date, scope, hex(sha256(canonical(request, signed, body))));
    var key = hmac(hmac(hmac(hmac(("AWS4" + known.get().secret()).getBytes(StandardCharsets.UTF_8), match.group(2)), region),
        service), "aws4_request");
    if (!MessageDigest.isEqual(hmac(key, toSign), HexFormat.of().parseHex(match.group(6)))) {
      return Verdict.INVALID;
    }
    var session = request.header("X-Amz-Security-Token").orElse("");
    if (!session.equals(known.get().session())) {
      return Verdict.UNKNOWN_KEY;
    }
    return known.get().expired() ? Verdict.EXPIRED : Verdict.VALID;
  }

  private static boolean isFresh(String date, Instant now) {
    try {
      return Duration.between(DATE.parse(date, Instant::from), now).abs().compareTo(SKEW) <= 0;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static byte[] canonical(RecordedRequest request, List<String> signed, byte[] body) {
    var query = Arrays.stream(request.rawQuery().split("&", -1)).filter(part -> !part.isEmpty())
        .map(part -> part.contains("=") ? part : part + "=").sorted().collect(Collectors.joining("&"));
    var headers = signed.stream().map(name -> name + ":" + request.headerValues(name).stream()
        .map(value -> value.strip().replaceAll(" +", " ")).collect(Collectors.joining(",")) + "\n").collect(Collectors.joining());
    return String.join("\n", request.method(), request.rawPath(), query, headers, String.join(";", signed), hex(sha256(body)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String message) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
