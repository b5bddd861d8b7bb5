package dev.authpipe.testkit.http2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/2 server over TLS that does nothing by itself: a script reads and writes every frame of each connection, as well-formed or as
 * hostile as a test needs. It listens on loopback only; each connection has a virtual thread.
 */
public final class RawHttp2Server implements AutoCloseable {
  private static final int IDLE_MILLISECONDS = 30_000;

  /** What happens on one connection, after its preface was read. It ends with the connection. */
  @FunctionalInterface
  public interface Script {
    /** Reads and writes frames; connections are numbered from 1. */
    void run(RawHttp2Connection connection, int number) throws IOException;
  }

  private final SSLServerSocket listening;
  private final Script script;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  private RawHttp2Server(SSLContext tls, Script script) throws IOException {
    this.script = script;
    this.listening = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0, 50,
        InetAddress.getByAddress(new byte[]{127, 0, 0, 1}));
  }

  public static RawHttp2Server start(SSLContext tls, Script script) {
    try {
      var server = new RawHttp2Server(tls, script);
      server.threads.execute(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** How many connections there were. */
  public int connections() {
    return count.get();
  }

  /** How many are open now. */
  public int openConnections() {
    return open.size();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var socket = (SSLSocket) listening.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SSLSocket socket) {
    try (socket) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[]{"h2"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(IDLE_MILLISECONDS);
      socket.setTcpNoDelay(true);
      var connection = RawHttp2Connection.accept(socket);
      open.add(socket);
      script.run(connection, count.incrementAndGet());
    } catch (IOException e) {
      return; // the other side left, which is what most hostile scripts are for
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (var socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
