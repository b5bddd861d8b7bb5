package dev.authpipe.proxy.forward;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A provider that sends exactly the bytes a test writes, and keeps every byte that reaches it, also those that no request accounts for: nothing of
 * HTTP is between it and the wire.
 */
final class ByteProvider implements AutoCloseable {

  /** What the provider does with each connection; it is closed afterwards. */
  interface Script {
    void serve(Peer peer) throws IOException;
  }

  /** One connection of the proxy. */
  static final class Peer {
    final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(20_000);
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** One byte, or -1. */
    int read() throws IOException {
      int one = in.read();
      if (one >= 0) {
        synchronized (seen) {
          seen.write(one);
        }
      }
      return one;
    }

    /** Everything up to and with the text. */
    String readTo(String end) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.length() < end.length() || !text.substring(text.length() - end.length()).equals(end)) {
        int one = read();
        if (one < 0) {
          throw new EOFException("ended after: " + text);
        }
        text.append((char) one);
      }
      return text.toString();
    }

    /** The head of a request, in lower case. */
    String head() throws IOException {
      return readTo("\r\n\r\n").toLowerCase(Locale.ROOT);
    }

    /** That many bytes. */
    String read(int length) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.length() < length) {
        int one = read();
        if (one < 0) {
          throw new EOFException("ended after: " + text);
        }
        text.append((char) one);
      }
      return text.toString();
    }

    /** All that is still to come. */
    void drain() {
      try {
        while (read() >= 0) {
          // kept by read()
        }
      } catch (IOException ended) {
        // as well
      }
    }

    void write(String text) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /** Everything that came so far. */
    String seen() {
      synchronized (seen) {
        return seen.toString(StandardCharsets.ISO_8859_1);
      }
    }
  }

  private final ServerSocket listening;
  private final Script script;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();

  private ByteProvider(ServerSocket listening, Script script) {
    this.listening = listening;
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  static ByteProvider start(Script script) {
    try {
      return new ByteProvider(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI origin() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** The connections so far. */
  List<Peer> peers() {
    return peers;
  }

  /** Everything that came so far, over all connections. */
  String seen() {
    StringBuilder all = new StringBuilder();
    peers.forEach(peer -> all.append(peer.seen()));
    return all.toString();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Peer peer = new Peer(listening.accept());
        peers.add(peer);
        Thread.ofVirtual().start(() -> serve(peer));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Peer peer) {
    try (Socket socket = peer.socket) {
      script.serve(peer);
      socket.shutdownOutput();
      peer.drain();
    } catch (EOFException | SocketException | SocketTimeoutException left) {
      // the proxy ended the connection
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Peer peer : peers) {
      peer.socket.close();
    }
  }
}
