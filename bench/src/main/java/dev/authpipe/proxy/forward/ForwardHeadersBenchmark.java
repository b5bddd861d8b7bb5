package dev.authpipe.proxy.forward;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
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
import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.echo.EchoGuard;
import dev.authpipe.proxy.echo.EchoGuards;
import dev.authpipe.proxy.egress.TlsVersion;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.OpenCredential;

/** Which headers pass, the credential put in, and where the call goes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForwardHeadersBenchmark {
  private final HttpHeaders asked = new DefaultHttpHeaders();
  private final HttpHeaders answered = new DefaultHttpHeaders();
  private final EchoGuards guards = new EchoGuards(new Randomness(new SecureRandom(), Clock.systemUTC()));
  private @Nullable OpenCredential credential;
  private @Nullable ApiProfile profile;
  private String target = "";

  /** Headers as a client and a provider send them. */
  @Setup(Level.Trial)
  public void prepare(WarmProxy proxy) {
    asked.add("Host", "authpipe.internal").add("Authorization", proxy.authorization()).add("User-Agent", "app/1.0")
        .add("Accept", "application/json").add("Accept-Encoding", "gzip").add("X-Request-Id", "7f0a");
    answered.add("Content-Type", "application/json").add("Content-Length", "200").add("Date", "Mon, 23 Nov 2026 10:00:00 GMT")
        .add("ETag", "\"1\"").add("Connection", "keep-alive");
    credential = proxy.opened();
    profile = proxy.api();
    target = "/v1/proxy/" + proxy.request().connection() + "/small?page=2";
  }

  /** From the caller to the provider, and the guard told of the credential. */
  @Benchmark
  public HttpHeaders toProvider() {
    ApiProfile api = Objects.requireNonNull(profile);
    HttpHeaders passed = ForwardHeaders.toProvider(asked, api);
    try (EchoGuard guard = guards.begin()) {
      Injector.inject(passed, api.injection(), Objects.requireNonNull(credential), guard);
    }
    return passed;
  }

  /** From the provider to the caller. */
  @Benchmark
  public HttpHeaders toCaller() {
    return ForwardHeaders.toCaller(answered);
  }

  /** The path, judged. */
  @Benchmark
  public Object destination() {
    return Destinations.resolve(Objects.requireNonNull(profile), TlsVersion.TLS_1_3,
        Objects.requireNonNull(credential).apiBase(), ForwardTarget.parse(target));
  }
}
