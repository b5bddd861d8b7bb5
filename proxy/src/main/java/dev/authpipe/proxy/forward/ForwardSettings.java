package dev.authpipe.proxy.forward;

/**
 * Limits of proxied calls (S27). All bodies are streamed: a limit bounds what is passed, not what is kept.
 *
 * @param requestBodyLimit   largest request body, in bytes
 * @param responseBodyLimit  largest answer, in bytes
 * @param callsPerConnection most calls of one connection at a time in this process
 * @param replayLimit        largest request body that is kept for one replay, in bytes
 */
public record ForwardSettings(long requestBodyLimit, long responseBodyLimit, int callsPerConnection, int replayLimit) {

  /** 5 GiB each way, 256 calls at a time, 64 KiB kept. */
  public static final ForwardSettings DEFAULT = new ForwardSettings(5L << 30, 5L << 30, 256, 64 * 1024);

  /** Checks the limits. */
  public ForwardSettings {
    if (requestBodyLimit < 0 || responseBodyLimit < 0 || callsPerConnection < 1 || replayLimit < 0 || replayLimit > 1024 * 1024) {
      throw new IllegalArgumentException("limits of proxied calls are positive, and at most 1 MiB is kept for a replay");
    }
  }
}
