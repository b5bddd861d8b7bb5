package dev.authpipe.control.http;

import java.time.Duration;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Ticker;

/** How long a request of the link wants to wait, at most 30 s from its beginning. Not thread-safe. */
public final class LinkWait {
  private static final Pattern SECONDS = Pattern.compile("\\d|[12]\\d|30");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,14}");

  private final Ticker ticker;
  private final long end;

  private LinkWait(Ticker ticker, Duration most) {
    this.ticker = ticker;
    this.end = ticker.read() + most.toNanos();
  }

  /**
   * Begins.
   *
   * @param seconds the parameter {@code wait}
   */
  public static LinkWait of(String seconds, Ticker ticker) {
    if (!SECONDS.matcher(seconds).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "wait is 0 to 30 seconds.");
    }
    return new LinkWait(ticker, Duration.ofSeconds(Integer.parseInt(seconds)));
  }

  /** The parameter {@code after}. */
  public static long number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "after is a number of at most 15 digits.");
    }
    return Long.parseLong(text);
  }

  /** What is left; zero: it is time to answer. */
  public Duration left() {
    long left = end - ticker.read();
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }
}
