package dev.authpipe.control.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

import io.micronaut.http.HttpRequest;

/**
 * Who a side of the link is: SHA-256 of the SubjectPublicKeyInfo of its certificate (docs/link-format.md). Public knowledge, and proven by
 * the handshake only.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record LinkIdentity(String hex) {
  /** The header by which the link listener tells controllers who is connected; nobody can send it. */
  static final String HEADER = "Authpipe-Link-Identity";
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** Refuses another form. */
  public LinkIdentity {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("an identity has 64 hexadecimal digits");
    }
  }

  /** The identity of a certificate. */
  public static LinkIdentity of(X509Certificate certificate) {
    try {
      return of(MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The identity of 32 bytes. */
  public static LinkIdentity of(byte[] hash) {
    return new LinkIdentity(HexFormat.of().formatHex(hash));
  }

  /** Who sent a request that came through the link listener. */
  public static Optional<LinkIdentity> of(HttpRequest<?> request) {
    return Optional.ofNullable(request.getHeaders().get(HEADER)).map(LinkIdentity::new);
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
