package dev.authpipe.bench.micro;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

import dev.authpipe.proxy.caller.CallerOutcome;
import dev.authpipe.proxy.vault.OpenCredential;

/** Who is calling, and the credential opened: what every warm call does. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WarmPathBenchmark {

  /** The check of an API key that is known. */
  @Benchmark
  public @Nullable CallerOutcome keyCheck(WarmProxy proxy) {
    return proxy.pieces().callers().warm(proxy.authorization(), proxy.peer());
  }

  /** A credential of 2 KB, opened and wiped. */
  @Benchmark
  public long credentialOpen(WarmProxy proxy) {
    try (OpenCredential credential = proxy.opened()) {
      return credential.generation();
    }
  }
}
