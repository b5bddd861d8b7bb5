package dev.authpipe.testkit.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.FreePorts;

/**
 * A small HTTP/1.1 server on a random loopback port that keeps the exact bytes of every request head. Never for anything but
 * tests and the demo: it listens on loopback only.
 *
 * <p>It is written on plain sockets on purpose: the ready-made servers normalise header names, order or paths before a test
 * could see them, and hide what a connection does. Each connection has a virtual thread; at most 2,000 are open at a time, and
 * the last 20,000 requests are kept.
 */
public final class LoopbackServer implements AutoCloseable {

  private static final int MOST_CONNECTIONS = 2_000;
  private static final int MOST_RECORDS = 20_000;
  private static final int BACKLOG = 1_024;

  private final ExchangeHandler handler;
  private volatile @Nullable SSLContext tls;
  private final boolean clientCertificates;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ArrayDeque<RecordedRequest> records = new ArrayDeque<>();
  private final AtomicLong refusedHandshakes = new AtomicLong();
  private final int port;
  private volatile ServerSocket listening;
  private volatile CompletableFuture<Void> accepting = CompletableFuture.completedFuture(null);

  private LoopbackServer(ExchangeHandler handler, @Nullable SSLContext tls, boolean clientCertificates) throws IOException {
    this.clientCertificates = clientCertificates;
    this.handler = handler;
    this.tls = tls;
    this.listening = listenOn(FreePorts.next());
    this.port = listening.getLocalPort();
  }

  public static LoopbackServer start(ExchangeHandler handler) {
    return start(handler, null);
  }

  /** Starts the server, with TLS when a context is given. */
  public static LoopbackServer start(ExchangeHandler handler, @Nullable SSLContext tls) {
    return start(handler, tls, false);
  }

  /** Starts a server that talks to nobody without a client certificate; {@link Exchange#peer} tells whose. */
  public static LoopbackServer startWithClientCertificates(ExchangeHandler handler, SSLContext tls) {
    return start(handler, tls, true);
  }

  private static LoopbackServer start(ExchangeHandler handler, @Nullable SSLContext tls, boolean clientCertificates) {
    try {
      var server = new LoopbackServer(handler, tls, clientCertificates);
      server.accept(server.listening);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Other certificates for those who connect from now on; the connections there are end. For a server that began with TLS. */
  public void secureBy(SSLContext other) {
    if (tls == null) {
      throw new IllegalStateException("no TLS");
    }
    tls = other;
    connections.forEach(LoopbackServer::closeQuietly);
  }

  public int port() {
    return port;
  }

  /** The origin under the address 127.0.0.1. */
  public URI origin() {
    return origin("127.0.0.1");
  }

  /** The origin under a host name that leads to 127.0.0.1, such as {@code localhost}. */
  public URI origin(String hostName) {
    return URI.create((tls == null ? "http" : "https") + "://" + hostName + ":" + port);
  }

  /** Every request so far, in the order of arrival. */
  public List<RecordedRequest> requests() {
    synchronized (records) {
      return List.copyOf(records);
    }
  }

  public void forgetRequests() {
    synchronized (records) {
      records.clear();
    }
  }

  public int openConnections() {
    return connections.size();
  }

  /** Closes the port and all connections: from now on connecting is refused by the operating system. */
  public void refuseConnections() {
    closeQuietly(listening);
    // Closing returns before the thread that accepts has let go of the port: until then a peer still gets in and is served.
    accepting.join();
    connections.forEach(LoopbackServer::closeQuietly);
  }

  /** Opens the same port again. */
  public void acceptConnections() {
    try {
      listening = listenOn(port);
      accept(listening);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    refuseConnections();
    threads.shutdownNow();
  }

  private static ServerSocket listenOn(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), port), BACKLOG);
    return socket;
  }

  private void accept(ServerSocket server) {
    accepting = CompletableFuture.runAsync(() -> {
      while (!server.isClosed()) {
        try {
          admit(server.accept());
        } catch (IOException | RejectedExecutionException e) {
          closeQuietly(server);
        }
      }
    }, threads);
  }

  private void admit(Socket socket) {
    if (connections.size() >= MOST_CONNECTIONS) {
      closeQuietly(socket);
      return;
    }
    connections.add(socket);
    threads.execute(() -> {
      try (socket; var carrier = handshake(socket)) {
        new HttpConnection(socket, carrier, handler, this::record).run();
      } catch (IOException | UncheckedIOException e) {
        // A peer that leaves, or a gate that was never opened, ends the connection and nothing else.
        closeQuietly(socket);
      } finally {
        connections.remove(socket);
      }
    });
  }

  private Socket handshake(Socket socket) throws IOException {
    try {
      return secured(socket);
    } catch (IOException refused) {
      refusedHandshakes.incrementAndGet();
      throw refused;
    }
  }

  /** How many who connected did not go through with TLS, such as those who did not like the certificate. */
  public long refusedHandshakes() {
    return refusedHandshakes.get();
  }

  private Socket secured(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    var context = tls;
    if (context == null) {
      return socket;
    }
    var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, port, true);
    secured.setUseClientMode(false);
    secured.setNeedClientAuth(clientCertificates);
    secured.startHandshake();
    return secured;
  }

  private void record(RecordedRequest request) {
    synchronized (records) {
      if (records.size() == MOST_RECORDS) {
        records.removeFirst();
      }
      records.addLast(request);
    }
  }

  private static void closeQuietly(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // It is closed all the same, and nobody can do more about it.
    }
  }
}
