package dev.authpipe.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.ListenerSettings.Listener;

@Tag("S37")
class RateLimitsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimits limits = new RateLimits(nanos::get);

  @Test
  void anAddressHasTwentyConnectRequestsPerMinute() {
    InetAddress address = InetAddress.ofLiteral("198.51.100.1");
    for (int i = 0; i < 20; i++) {
      assertThat(limits.take(RateLimits.Kind.CONNECT, address)).isNull();
    }
    assertThat(limits.take(RateLimits.Kind.CONNECT, address)).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(3));
    assertThat(limits.exceeded(RateLimits.Kind.CONNECT, address)).isPositive();
    assertThat(limits.exceeded(RateLimits.Kind.UNAUTHENTICATED, address)).isNull();
    assertThat(limits.take(RateLimits.Kind.UNAUTHENTICATED, address)).isNull();
    assertThat(limits.take(RateLimits.Kind.CONNECT, InetAddress.ofLiteral("198.51.100.2"))).isNull();
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(limits.take(RateLimits.Kind.CONNECT, address)).isNull();
  }

  @Test
  void anIpv6NetworkCountsAsOneAddress() {
    for (int i = 0; i < 20; i++) {
      assertThat(limits.take(RateLimits.Kind.CONNECT, InetAddress.ofLiteral("2001:db8::" + i))).isNull();
    }
    assertThat(limits.take(RateLimits.Kind.CONNECT, InetAddress.ofLiteral("2001:db8::ffff"))).isNotNull();
    assertThat(limits.take(RateLimits.Kind.CONNECT, InetAddress.ofLiteral("2001:db8:0:1::1"))).isNull();
  }

  @Test
  void aForwardedAddressCountsOnlyBehindTrustedProxies() {
    RemoteAddresses trusting = addresses(List.of("10.0.0.0/8", "fd00::/8"));
    RemoteAddresses plain = addresses(List.of());
    assertThat(of(plain, "10.0.0.1", "198.51.100.1")).isEqualTo("10.0.0.1");
    assertThat(of(trusting, "10.0.0.1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(of(trusting, "198.51.100.9", "198.51.100.1")).isEqualTo("198.51.100.9");
    assertThat(of(trusting, "10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2")).isEqualTo("198.51.100.1");
    assertThat(of(trusting, "10.0.0.1", "1.2.3.4, unknown")).isEqualTo("10.0.0.1");
    assertThat(of(trusting, "10.0.0.1", "1.2.3.4, evil.example")).isEqualTo("10.0.0.1");
  }

  private static String of(RemoteAddresses addresses, String peer, String forwarded) {
    return addresses.of(new InetSocketAddress(InetAddress.ofLiteral(peer), 1), List.of(forwarded)).getHostAddress();
  }

  private static RemoteAddresses addresses(List<String> trusted) {
    return new RemoteAddresses(
        new ListenerSettings(new Listener("localhost", 1), new Listener("localhost", 2), new Listener("localhost", 3),
            null, trusted));
  }
}
