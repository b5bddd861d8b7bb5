package dev.authpipe.proxy.http;

import java.util.concurrent.atomic.AtomicLong;

import io.micronaut.http.HttpRequest;
import io.netty.util.AsciiString;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.secret.Randomness;

/**
 * Names every request, so that an answer, the log and the audit log can be brought together. An id is unique, not secret and never taken
 * from the caller.
 */
@Singleton
public final class RequestIds {
  /** The header that carries it, towards controllers and in every answer. */
  public static final String HEADER = "Authpipe-Request-Id";
  /** The same, with its hash. */
  static final AsciiString HASHED = AsciiString.cached(HEADER);
  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final long ODD = 0x9E3779B97F4A7C15L; // multiplying by an odd number permutes the 64-bit numbers

  private final long process;
  private final AtomicLong counter;

  /** Ids of this process start at a random place. */
  public RequestIds(Randomness randomness) {
    this.process = randomness.uuidV4().getLeastSignificantBits();
    this.counter = new AtomicLong(randomness.uuidV4().getLeastSignificantBits());
  }

  /** A new id: {@code req_} and 26 characters. */
  public String next() {
    char[] text = new char[30];
    "req_".getChars(0, 4, text, 0);
    digits(text, 4, process);
    digits(text, 17, counter.getAndIncrement() * ODD);
    return new String(text);
  }

  /** The id of a request that came through a listener. */
  public static String of(HttpRequest<?> request) {
    String id = request.getHeaders().get(HEADER);
    return id == null ? "req_unknown" : id;
  }

  private static void digits(char[] text, int start, long bits) {
    for (int i = 12; i >= 0; i--) {
      text[start + i] = DIGITS[(int) (bits & 31)];
      bits >>>= 5;
    }
  }
}
