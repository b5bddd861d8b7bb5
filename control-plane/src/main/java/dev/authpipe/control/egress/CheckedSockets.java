package dev.authpipe.control.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.function.Predicate;

import javax.net.ssl.SSLSocketFactory;

/**
 * Makes TLS sockets that judge the very address they are about to connect to, so that a name which is rebound after a check leads nowhere
 * (S22). Never connects in a constructor: those variants are refused.
 */
final class CheckedSockets extends SSLSocketFactory {
  private final SSLSocketFactory tls;
  private final Predicate<InetAddress> allowed;

  CheckedSockets(SSLSocketFactory tls, Predicate<InetAddress> allowed) {
    this.tls = tls;
    this.allowed = allowed;
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress target) || target.isUnresolved() || !allowed.test(target.getAddress())) {
          throw new IOException("the address is not allowed");
        }
        super.connect(endpoint, timeout);
      }
    };
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
    return tls.createSocket(connected, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }
}
