package dev.authpipe.proxy.http;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a request, as far as the connection tells.
 *
 * @param address     the address behind trusted proxies
 * @param certificate the thumbprint of the client certificate that the handshake proved; null: none
 */
public record Peer(InetAddress address, @Nullable String certificate) {
  /** One that showed no certificate. */
  public static Peer at(InetAddress address) {
    return new Peer(address, null);
  }
}
