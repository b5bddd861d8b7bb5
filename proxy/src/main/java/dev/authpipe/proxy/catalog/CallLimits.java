package dev.authpipe.proxy.catalog;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How many calls a provider takes, how it says that they were too many, and when one of them may be made again (S29). Never makes a call that
 * could have been carried out be made twice, unless its method or a key of the caller's says that this does no harm.
 *
 * @param counted        which calls the provider counts together
 * @param concurrency    most calls at a time of those, in one replica; 0: no limit of its own
 * @param callsPerMinute most calls of those a minute, in one replica; 0: as many as come
 * @param remaining      the answer's header with the number of calls that are left; null: none
 * @param reset          the answer's header that says when there are new ones; null: none
 * @param retries        when a call is made again
 */
public record CallLimits(Counted counted, int concurrency, int callsPerMinute, @Nullable String remaining, @Nullable Reset reset,
    Retries retries) {
  /** No limit of its own, and no call made again unless the caller asks for it. */
  public static final CallLimits NONE = new CallLimits(Counted.PATH, 0, 0, null, null, Retries.NONE);

  /** Which calls a provider counts together, as far as its documentation says. */
  public enum Counted {
    /** Those of one connection with one method and path: the narrowest, for who is told "too many" there knows nothing of other paths. */
    PATH,
    /** All of one connection. */
    CONNECTION,
    /** All of one integration, that is of the provider's application. */
    INTEGRATION
  }

  /**
   * The header that says when calls are possible again.
   *
   * @param header its name
   * @param form   what its number means
   */
  public record Reset(String header, ResetForm form) {}

  /** What the number in a {@link Reset} header means. */
  public enum ResetForm {
    /** A moment in seconds since 1970. */
    EPOCH_SECONDS,
    /** A moment in milliseconds since 1970. */
    EPOCH_MILLISECONDS,
    /** An amount of seconds from now. */
    SECONDS,
    /** An amount of milliseconds from now. */
    MILLISECONDS,
    /** A moment as HTTP writes it (RFC 9110 section 5.6.7) or as RFC 3339 does. */
    DATE
  }

  /**
   * When a call is made again without its caller.
   *
   * @param most              how often at most, where the caller does not say otherwise
   * @param pauses            how long all pauses of a call may be together
   * @param idempotencyHeader the header by which the provider knows a repetition, lower case; null: it knows none
   */
  public record Retries(int most, Duration pauses, @Nullable String idempotencyHeader) {
    /** The most that a file or a caller can ask for. */
    public static final int MOST = 5;
    /** Never unless asked, and then within 10 s. */
    public static final Retries NONE = new Retries(0, Duration.ofSeconds(10), null);
  }
}
