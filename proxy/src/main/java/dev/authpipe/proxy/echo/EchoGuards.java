package dev.authpipe.proxy.echo;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.secret.Randomness;

/** Makes the guard of each call, and counts. Holds no secret. Thread-safe. */
@Singleton
public final class EchoGuards {
  private final ThreadLocal<EchoScratch> scratch;
  private final LongAdder echoes = new LongAdder();
  private final LongAdder unguarded = new LongAdder();

  /** Takes from the randomness once for each thread. */
  public EchoGuards(Randomness randomness) {
    this.scratch = ThreadLocal.withInitial(() -> new EchoScratch(ByteBuffer.wrap(randomness.bytes(Long.BYTES)).getLong()));
  }

  /** A guard that knows no secret yet, for use on this thread. */
  public EchoGuard begin() {
    return new EchoGuard(scratch.get());
  }

  /** An answer was refused for an echo. */
  public void countEcho() {
    echoes.increment();
  }

  /** A call was made with nothing to look for. */
  public void countUnguarded() {
    unguarded.increment();
  }

  /** How many answers were refused since the start. */
  public long echoes() {
    return echoes.sum();
  }

  /** How many calls were made with nothing to look for, since the start. */
  public long unguarded() {
    return unguarded.sum();
  }
}
