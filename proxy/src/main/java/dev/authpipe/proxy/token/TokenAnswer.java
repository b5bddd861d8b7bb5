package dev.authpipe.proxy.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * The body of an access-token answer, written as bytes so that the access token never becomes a string here. The array it is
 * put together in is wiped.
 */
final class TokenAnswer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private TokenAnswer() {}

  static ByteBuf of(OpenCredential credential) {
    Body json = new Body();
    json.ascii("{\"access_token\":");
    SecretText secret = credential.accessToken();
    json.quoted(secret.exposeUtf8());
    json.ascii(",\"token_type\":");
    json.quoted((credential.tokenType().isEmpty() ? "Bearer" : credential.tokenType()).getBytes(StandardCharsets.UTF_8));
    Instant expires = credential.accessExpiresAt();
    json.ascii(expires == null ? ",\"expires_at\":null" : ",\"expires_at\":\"" + expires.truncatedTo(ChronoUnit.SECONDS) + "\"");
    json.ascii(",\"scopes\":[");
    String separator = "";
    for (String scope : credential.scopes()) {
      json.ascii(separator);
      json.quoted(scope.getBytes(StandardCharsets.UTF_8));
      separator = ",";
    }
    json.ascii("],\"generation\":" + credential.generation() + "}");
    ByteBuf body = Unpooled.copiedBuffer(json.bytes(), 0, json.size());
    json.wipe();
    return body;
  }

  /** A growing array whose contents can be overwritten. */
  private static final class Body extends ByteArrayOutputStream {
    private static final int EXPECTED = 4_096;

    Body() {
      super(EXPECTED);
    }

    byte[] bytes() {
      return buf;
    }

    void ascii(String text) {
      writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    void quoted(byte[] utf8) {
      write('"');
      for (byte b : utf8) {
        if (b == '"' || b == '\\') {
          write('\\');
          write(b);
        } else if (b >= 0 && b < 0x20) {
          ascii("\\u00");
          write(HEX[b >> 4]);
          write(HEX[b & 15]);
        } else {
          write(b);
        }
      }
      write('"');
    }

    void wipe() {
      java.util.Arrays.fill(buf, (byte) 0);
    }
  }
}
