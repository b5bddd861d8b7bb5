package dev.authpipe.proxy.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

import io.micronaut.http.HttpRequest;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Tells from which address a request comes. {@code X-Forwarded-For} counts only as far as each hop that added to it is a reverse proxy the
 * operator trusts (S37); it is read from the right and never resolved as a name.
 */
@Singleton
public final class RemoteAddresses {
  private static final int HOPS = 16;
  private final List<IpSubnetFilterRule> trusted;

  /** Trusts the proxies of the settings. */
  public RemoteAddresses(ListenerSettings settings) {
    this.trusted = settings.trustedProxies().stream().map(RemoteAddresses::rule).toList();
  }

  /** The address of a controller's request. */
  public InetAddress of(HttpRequest<?> request) {
    return of(request.getRemoteAddress(), request.getHeaders().getAll("X-Forwarded-For"));
  }

  /** The peer of a controller's request: its address, and the certificate that the edge tells. */
  public Peer peer(HttpRequest<?> request) {
    return new Peer(of(request), request.getHeaders().get(ClientCertificate.HEADER));
  }

  /** The address behind the peer, given all values of {@code X-Forwarded-For}. */
  public InetAddress of(@Nullable InetSocketAddress peer, List<String> forwardedFor) {
    InetAddress at = peer == null || peer.getAddress() == null ? InetAddress.getLoopbackAddress() : peer.getAddress();
    if (trusted.isEmpty() || forwardedFor.isEmpty()) {
      return at;
    }
    String[] hops = String.join(",", forwardedFor).split(",", -1);
    for (int i = hops.length - 1; i >= Math.max(0, hops.length - HOPS) && isTrusted(at); i--) {
      byte[] literal = NetUtil.createByteArrayFromIpAddressString(hops[i].strip());
      if (literal == null) {
        return at;
      }
      at = address(literal);
    }
    return at;
  }

  private boolean isTrusted(InetAddress address) {
    InetSocketAddress socket = new InetSocketAddress(address, 0);
    return trusted.stream().anyMatch(rule -> rule.matches(socket));
  }

  private static InetAddress address(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // only a wrong length, which the parser excludes
    }
  }

  private static IpSubnetFilterRule rule(String range) {
    int slash = range.indexOf('/');
    String address = slash < 0 ? range : range.substring(0, slash);
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(address);
    if (literal == null) {
      throw new IllegalArgumentException("not an address range: " + range);
    }
    int length = slash < 0 ? literal.length * 8 : Integer.parseInt(range.substring(slash + 1));
    return new IpSubnetFilterRule(address(literal), length, IpFilterRuleType.ACCEPT);
  }
}
