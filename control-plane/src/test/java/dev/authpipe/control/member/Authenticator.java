package dev.authpipe.control.member;

import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.fasterxml.jackson.databind.JsonNode;

/** An authenticator app, written from RFC 6238 a second time. */
public final class Authenticator {
  private final byte[] key;
  private List<String> recoveryCodes = List.of();

  private Authenticator(String base32) {
    BigInteger bits = BigInteger.ZERO;
    for (int i = 0; i < base32.length(); i++) {
      bits = bits.shiftLeft(5).or(BigInteger.valueOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(base32.charAt(i))));
    }
    byte[] all = bits.toByteArray();
    this.key = new byte[20];
    int length = Math.min(20, all.length);
    System.arraycopy(all, all.length - length, key, 20 - length, length);
  }

  /** Sets up a second factor for who is signed in. */
  public static Authenticator enrol(Visitor visitor, String password, Instant now) {
    JsonNode begun = visitor.post("/api/v1/me/totp", "password", password).expect(200).json();
    String uri = URI.create(begun.path("otpauth_uri").asText()).toString();
    Authenticator app = new Authenticator(uri.replaceAll(".*[?&]secret=([A-Z2-7]{32})&.*", "$1"));
    JsonNode codes = visitor.post("/api/v1/me/totp/confirm", "code", app.code(now)).expect(200).json().path("recovery_codes");
    app.recoveryCodes = StreamSupport.stream(codes.spliterator(), false).map(JsonNode::asText).toList();
    return app;
  }

  public List<String> recoveryCodes() {
    return recoveryCodes;
  }

  public String code(Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "RAW"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(at.getEpochSecond() / 30).array());
      int number = (ByteBuffer.wrap(hash).getInt(hash[19] & 15) & Integer.MAX_VALUE) % 1_000_000;
      return String.format(Locale.ROOT, "%06d", number);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
