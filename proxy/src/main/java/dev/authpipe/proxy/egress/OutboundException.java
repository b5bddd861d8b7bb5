package dev.authpipe.proxy.egress;

/** No usable answer. Tells whether bytes of the request may have left; must never hold an address, header or body. */
public final class OutboundException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Failure {
    /** The address policy refuses where the name leads to, or the scheme. */
    REFUSED_ADDRESS,
    /** The name does not resolve, or no connection came about. */
    UNREACHABLE,
    /** The certificate, name or protocol version was not acceptable. */
    TLS,
    /** The deadline passed. */
    TIMEOUT,
    /** The connection ended before the answer did, or the answer is not HTTP. */
    BROKEN,
    /** The answer is larger than the limit. */
    TOO_LARGE,
    /** As many calls are under way, and wait, as the provider and the limits allow. */
    BUSY
  }

  /** Whether the provider may know of the request. */
  public enum Sent {
    /** Not a byte of the request left: it is safe to send it again. */
    NOT_SENT,
    /** The first byte may have left: the provider may have acted. */
    MAYBE_SENT
  }

  private final Failure failure;
  private final Sent sent;

  OutboundException(Failure failure, Sent sent) {
    super(failure + ", " + sent, null, false, false);
    this.failure = failure;
    this.sent = sent;
  }

  /** What went wrong. */
  public Failure failure() {
    return failure;
  }

  /** Whether the provider may know of the request. */
  public Sent sent() {
    return sent;
  }
}
