package dev.authpipe.proxy.egress;

/** When a shared connection was made, was last heard of and became idle, and what follows from it. Knows no clock: it is told the time. */
final class ConnectionAge {

  /** What there is to do. */
  enum State {
    FINE,
    /** It should take no more calls. */
    OLD,
    /** The provider should be asked whether it is there. */
    SILENT,
    /** It was asked and said nothing. */
    DEAD
  }

  private final Http2Limits limits;
  private final long bornAtNanos;
  private long heardAtNanos;
  private long idleSinceNanos;
  private long askedAtNanos;
  private boolean asked;

  ConnectionAge(Http2Limits limits, long nowNanos) {
    this.limits = limits;
    this.bornAtNanos = nowNanos;
    this.heardAtNanos = nowNanos;
    this.idleSinceNanos = nowNanos;
  }

  /** Something arrived. */
  void heard(long nowNanos) {
    heardAtNanos = nowNanos;
    asked = false;
  }

  /** The last call ended. */
  void idle(long nowNanos) {
    idleSinceNanos = nowNanos;
  }

  /** @param busy whether calls are under way */
  State at(long nowNanos, boolean busy) {
    if (asked && nowNanos - askedAtNanos > limits.pingAnswer().toNanos()) {
      return State.DEAD;
    }
    if (nowNanos - bornAtNanos >= limits.lifetime().toNanos()
        || (!busy && nowNanos - idleSinceNanos > limits.idle().toNanos())) {
      return silent(nowNanos, busy) ? ask(nowNanos) : State.OLD;
    }
    return silent(nowNanos, busy) ? ask(nowNanos) : State.FINE;
  }

  private boolean silent(long nowNanos, boolean busy) {
    return busy && !asked && nowNanos - heardAtNanos > limits.pingAfter().toNanos();
  }

  private State ask(long nowNanos) {
    asked = true;
    askedAtNanos = nowNanos;
    return State.SILENT;
  }
}
