package dev.authpipe.proxy.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;

import dev.authpipe.proxy.vault.OpenCredential;

/**
 * The body of an access-token answer, written as bytes so that the access token never becomes a string here, and into one buffer that never
 * grows, so that no copy of it stays behind.
 */
final class TokenAnswer {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101010101010101L;
  private static final long SPACES = 0x2020202020202020L;
  private static final long QUOTES = 0x2222222222222222L;
  private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;
  private static final long HIGHEST_BITS = 0x8080808080808080L;
  private static final String HEX = "0123456789abcdef";
  private static final byte[] BEFORE = "{\"access_token\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONTROL = "\\u00".getBytes(StandardCharsets.US_ASCII);

  private TokenAnswer() {}

  /** @param buffers gives one of the length that is asked for */
  static ByteBuf of(OpenCredential credential, IntFunction<ByteBuf> buffers) {
    byte[] secret = credential.accessToken().exposeUtf8();
    byte[] rest = rest(credential);
    boolean plain = isPlain(secret);
    ByteBuf body = buffers.apply(BEFORE.length + (plain ? secret.length + 2 : quotedLength(secret)) + rest.length);
    body.writeBytes(BEFORE);
    if (plain) {
      body.writeByte('"').writeBytes(secret).writeByte('"');
    } else {
      quote(body, secret);
    }
    return body.writeBytes(rest);
  }

  /** What follows the access token, which is no secret. */
  private static byte[] rest(OpenCredential credential) {
    Instant expires = credential.accessExpiresAt();
    StringBuilder json = new StringBuilder(256).append(",\"token_type\":");
    quote(json, credential.tokenType().isEmpty() ? "Bearer" : credential.tokenType());
    json.append(",\"expires_at\":");
    if (expires == null) {
      json.append("null");
    } else {
      json.append('"');
      time(json, expires);
      json.append('"');
    }
    json.append(",\"scopes\":[");
    String separator = "";
    for (String scope : credential.scopes()) {
      json.append(separator);
      quote(json, scope);
      separator = ",";
    }
    return json.append("],\"generation\":").append(credential.generation()).append('}').toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** RFC 3339 in UTC, to the second. */
  private static void time(StringBuilder json, Instant time) {
    LocalDateTime at = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    json.append(at.toLocalDate()).append('T');
    two(json, at.getHour()).append(':');
    two(json, at.getMinute()).append(':');
    two(json, at.getSecond()).append('Z');
  }

  private static StringBuilder two(StringBuilder json, int number) {
    return json.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < 0x20) {
        json.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private static int quotedLength(byte[] utf8) {
    int length = utf8.length + 2;
    for (byte b : utf8) {
      if (isEscaped(b)) {
        length += b == '"' || b == '\\' ? 1 : 5;
      }
    }
    return length;
  }

  /** Copies what needs no escape in runs. */
  private static void quote(ByteBuf json, byte[] utf8) {
    json.writeByte('"');
    int start = 0;
    for (int i = 0; i < utf8.length; i++) {
      byte b = utf8[i];
      if (isEscaped(b)) {
        json.writeBytes(utf8, start, i - start);
        start = i + 1;
        if (b == '"' || b == '\\') {
          json.writeByte('\\').writeByte(b);
        } else {
          json.writeBytes(CONTROL).writeByte(HEX.charAt(b >> 4)).writeByte(HEX.charAt(b & 15));
        }
      }
    }
    json.writeBytes(utf8, start, utf8.length - start).writeByte('"');
  }

  /** Whether nothing in it needs an escape, eight bytes at a time: secrets are long, and nearly all are so. */
  static boolean isPlain(byte[] utf8) {
    int at = 0;
    for (; at <= utf8.length - Long.BYTES; at += Long.BYTES) {
      long eight = (long) LONGS.get(utf8, at);
      long escaped = ((eight - SPACES) & ~eight) | zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES);
      if ((escaped & HIGHEST_BITS) != 0) {
        return false;
      }
    }
    while (at < utf8.length) {
      if (isEscaped(utf8[at++])) {
        return false;
      }
    }
    return true;
  }

  /** Has the highest bit of each byte that is zero, and perhaps of one above it. */
  private static long zeros(long eight) {
    return (eight - EACH) & ~eight;
  }

  private static boolean isEscaped(byte b) {
    return b == '"' || b == '\\' || (b >= 0 && b < 0x20);
  }
}
