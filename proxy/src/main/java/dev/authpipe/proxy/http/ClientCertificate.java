package dev.authpipe.proxy.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a caller proved in its handshake, by the SHA-256 thumbprint of its DER form in base64url (RFC 8705 section 3.1,
 * {@code x5t#S256}). Only the edge tells it; a caller's own header of that name is dropped.
 */
public final class ClientCertificate {
  /** The header by which the edge tells what is behind it. */
  static final String HEADER = "Authpipe-Client-Certificate";
  /** The same, with its hash. */
  static final AsciiString HASHED = AsciiString.cached(HEADER);
  private static final AttributeKey<String> PROVEN = AttributeKey.valueOf(ClientCertificate.class, "proven");
  private static final String NONE = "";

  private ClientCertificate() {}

  /** The thumbprint of a certificate. */
  public static String thumbprint(Certificate certificate) {
    try {
      return Base64.getUrlEncoder().withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (CertificateEncodingException | NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("a certificate without a thumbprint", impossible);
    }
  }

  /** What the peer of a connection, or of the connection that a stream belongs to, proved; null: nothing. */
  static @Nullable String of(Channel channel) {
    for (Channel at = channel; at != null; at = at.parent()) {
      SslHandler tls = at.pipeline().get(SslHandler.class);
      if (tls != null) {
        String known = at.attr(PROVEN).get();
        if (known == null) {
          known = proven(tls);
          at.attr(PROVEN).set(known);
        }
        return known.equals(NONE) ? null : known;
      }
    }
    return null;
  }

  private static String proven(SslHandler tls) {
    try {
      return thumbprint(tls.engine().getSession().getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException none) {
      return NONE;
    }
  }
}
