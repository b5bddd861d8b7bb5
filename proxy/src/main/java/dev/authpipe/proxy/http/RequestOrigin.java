package dev.authpipe.proxy.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Where one request came from, as its connection and the headers that the edge has put right tell it. */
record RequestOrigin(RemoteAddresses addresses, SocketAddress remote, List<String> forwardedFor, @Nullable String certificate) {

  private static final AsciiString FORWARDED_FOR = AsciiString.cached("x-forwarded-for");

  static RequestOrigin of(RemoteAddresses addresses, SocketAddress remote, HttpHeaders headers) {
    return new RequestOrigin(addresses, remote, headers.getAll(FORWARDED_FOR), headers.get(ClientCertificate.HASHED));
  }

  InetAddress address() {
    return addresses.of((InetSocketAddress) remote, forwardedFor);
  }

  Peer peer() {
    return new Peer(address(), certificate);
  }
}
