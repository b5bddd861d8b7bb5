package dev.authpipe.proxy.token;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import dev.authpipe.bench.micro.WarmProxy;
import dev.authpipe.proxy.vault.OpenCredential;

/** The body of an access-token answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenAnswerBenchmark {
  private @Nullable OpenCredential credential;

  /** Opens a credential. */
  @Setup(Level.Trial)
  public void open(WarmProxy proxy) {
    credential = proxy.opened();
  }

  /** Writes it down, 2 KB of access token in it. */
  @Benchmark
  public int tokenAnswer() {
    ByteBuf body = TokenAnswer.of(java.util.Objects.requireNonNull(credential), PooledByteBufAllocator.DEFAULT::directBuffer);
    int length = body.readableBytes();
    body.release();
    return length;
  }
}
