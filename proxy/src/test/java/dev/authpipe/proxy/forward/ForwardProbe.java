package dev.authpipe.proxy.forward;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.function.Supplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.EndpointTemplate;
import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;
import dev.authpipe.proxy.echo.EchoGuards;
import dev.authpipe.proxy.egress.Dialer;
import dev.authpipe.proxy.egress.EgressSettings;
import dev.authpipe.proxy.egress.HttpOffer;
import dev.authpipe.proxy.egress.NameResolver;
import dev.authpipe.proxy.egress.TlsVersion;
import dev.authpipe.proxy.egress.UpstreamConnections;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.BlockingWork;
import dev.authpipe.proxy.http.Faults;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.HotRoute;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.OpenedCredentials;
import dev.authpipe.wire.WorkspaceId;

/** The forward route with its real calls, but with a credential and a provider of the test instead of callers and stores. */
final class ForwardProbe implements HotRoute {
  private static final WorkspaceId WORKSPACE = new WorkspaceId(UUID.randomUUID());
  private static final UUID INTEGRATION = UUID.randomUUID();
  static final InvalidTokenSignal UNAUTHORIZED = new InvalidTokenSignal(Set.of(401), "invalid_token", null, List.of());

  record End(AuditOutcome outcome, @Nullable String reason) {}

  final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  final AtomicInteger echoes = new AtomicInteger();
  final BlockingQueue<ForwardCall> calls = new LinkedBlockingQueue<>();
  final BlockingQueue<Long> refused = new LinkedBlockingQueue<>();
  volatile OpenCredential credential;
  volatile ApiProfile profile;
  volatile InvalidTokenSignal signal = UNAUTHORIZED;
  volatile LongFunction<FreshOutcome> renewal = _ -> new FreshOutcome.ReauthRequired();
  volatile Supplier<FreshOutcome> credentialAgain = () -> new FreshOutcome.ReauthRequired();
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final CallMeters meters = new CallMeters(metrics);
  private final ProviderLimits limits = new ProviderLimits(new RateLimits(System::nanoTime), System::nanoTime,
      InstantSource.system(), meters);
  private volatile ForwardWorks works;

  ForwardProbe(URI apiBase, EgressSettings egress, NameResolver resolver) {
    this.credential = OpenedCredentials.oauth(apiBase, "at-1", 1);
    this.profile = profile(
        new ApiProfile.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(120)));
    this.works = works(egress, resolver);
  }

  private ForwardWorks works(EgressSettings egress, NameResolver resolver) {
    return new ForwardWorks(new UpstreamConnections(new Dialer(egress, resolver), egress),
        new BlockingWork(new Faults(List.of()), 1_000),
        new ForwardSettings(5L << 30, 5L << 30, 4, 64 * 1024),
        new EchoGuards(new Randomness(new SecureRandom(), InstantSource.system())), limits, meters,
        new Randomness(new SecureRandom(), InstantSource.system()), InstantSource.system());
  }

  /** Goes to another provider from now on. */
  void become(URI apiBase) {
    works = works(standIn(apiBase), NameResolver.PLATFORM);
    credential = OpenedCredentials.oauth(apiBase, "at-1", 1);
  }

  private static EgressSettings standIn(URI apiBase) {
    return EgressSettings.defaults().withStandIns(Set.of(URI.create(apiBase.getScheme() + "://" + apiBase.getAuthority())));
  }

  ForwardProbe(URI apiBase) {
    this(apiBase, standIn(apiBase), NameResolver.PLATFORM);
  }

  /** The usual profile with limits of its own. */
  static ApiProfile profile(CallLimits limits) {
    ApiProfile usual = profile(ApiProfile.Timeouts.DEFAULT);
    return new ApiProfile(usual.base(), usual.hosts(), usual.injection(), usual.headers(), usual.forwardedHeaders(),
        usual.forbiddenPaths(), usual.paths(), usual.timeouts(), usual.streams(), limits, HttpOffer.UP_TO_2, null);
  }

  static ApiProfile profile(ApiProfile.Timeouts timeouts) {
    return profile(timeouts, new ApiProfile.Injection("Authorization", "Bearer {credential}"), Set.of());
  }

  static ApiProfile profile(ApiProfile.Timeouts timeouts, ApiProfile.Injection injection, Set<String> forwarded) {
    return profile(timeouts, injection, forwarded, new ApiProfile.Streams(true, Duration.ofSeconds(60), Duration.ofSeconds(120)));
  }

  static ApiProfile profile(ApiProfile.Timeouts timeouts, ApiProfile.Injection injection, Set<String> forwarded,
      ApiProfile.Streams streams) {
    return new ApiProfile(EndpointTemplate.of("https://provider.example"), List.of("provider.example"), injection,
        Map.of("Accept-Version", "2"), forwarded, List.of("/oauth/token"), ApiProfile.PathAllowances.NONE, timeouts,
        streams, CallLimits.NONE, HttpOffer.UP_TO_2, null);
  }

  @Override
  public boolean owns(String target) {
    return ForwardTarget.isTarget(target);
  }

  @Override
  public HotExchange open(HotConnection connection, HttpRequest request) {
    Exchange exchange = new Exchange();
    OpenCredential used = credential;
    try {
      Admission.checkMethod(request.method());
      ForwardTarget target = ForwardTarget.parse(request.uri());
      Destination destination = Destinations.resolve(profile, TlsVersion.TLS_1_3, used.apiBase(), target);
      ProviderLimits.Place place = new ProviderLimits.Place(WORKSPACE, INTEGRATION,
          Objects.requireNonNull(target.connection()).value(),
          request.method().name(), destination.target(), profile.limits());
      ForwardCall call = new ForwardCall(works, connection, new CallProfile(WORKSPACE, profile, signal, place), destination,
          request,
          used, exchange);
      exchange.call = call;
      calls.add(call);
      call.start();
    } catch (ProblemException problem) {
      connection.problem(problem.code(), problem.detail(), null);
    }
    return exchange;
  }

  private final class Exchange implements HotExchange, CallEnd {
    private @Nullable HotExchange call;

    @Override
    public void ended(AuditOutcome outcome, @Nullable String reason) {
      ends.add(new End(outcome, reason));
    }

    @Override
    public void echoed() {
      echoes.incrementAndGet();
    }

    @Override
    public void staysOpen() {}

    @Override
    public void switched(HotExchange tunnel) {
      call = tunnel;
    }

    @Override
    public FreshOutcome credential() {
      return credentialAgain.get();
    }

    @Override
    public FreshOutcome afterInvalidToken(long generation) {
      refused.add(generation);
      return renewal.apply(generation);
    }

    @Override
    public void requestContent(HttpContent content) {
      if (call == null) {
        content.release();
      } else {
        call.requestContent(content);
      }
    }

    @Override
    public void callerBytes(ByteBuf bytes) {
      if (call == null) {
        bytes.release();
      } else {
        call.callerBytes(bytes);
      }
    }

    @Override
    public void requestReadComplete() {
      if (call != null) {
        call.requestReadComplete();
      }
    }

    @Override
    public void callerWritabilityChanged() {
      if (call != null) {
        call.callerWritabilityChanged();
      }
    }

    @Override
    public void callerGone() {
      if (call != null) {
        call.callerGone();
      }
    }
  }
}
