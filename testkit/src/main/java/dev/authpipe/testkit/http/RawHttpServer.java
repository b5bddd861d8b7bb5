package dev.authpipe.testkit.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server that answers every request head with the same raw bytes, however wrong, and then closes the connection. It keeps the
 * heads that reached it (the first 1,000) and looks at nothing in them.
 */
public final class RawHttpServer implements AutoCloseable {

  private static final int MOST_RECORDS = 1_000;
  private static final int LONGEST_HEAD = 64 * 1024;
  private static final int IDLE_MILLISECONDS = 20_000;

  private final byte[] answer;
  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> heads = new ArrayList<>();

  private RawHttpServer(byte[] answer) throws IOException {
    this.answer = answer.clone();
    this.listening = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[]{127, 0, 0, 1}));
  }

  public static RawHttpServer answering(BrokenAnswer answer) {
    return answering(answer.bytes());
  }

  public static RawHttpServer answering(byte[] bytes) {
    try {
      var server = new RawHttpServer(bytes);
      server.threads.execute(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI origin() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** The request heads so far, byte for byte as Latin-1. They may hold credentials. */
  public List<String> requestHeads() {
    synchronized (heads) {
      return List.copyOf(heads);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var socket = listening.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (var socket = connection) {
      socket.setSoTimeout(IDLE_MILLISECONDS);
      keep(readHead(new BufferedInputStream(socket.getInputStream())));
      socket.getOutputStream().write(answer);
      socket.shutdownOutput();
      // Closing with unread input would reset the connection and take the answer with it.
      socket.getInputStream().skip(LONGEST_HEAD);
    } catch (IOException e) {
      // The client had enough of it, as it should.
    }
  }

  private void keep(String head) {
    synchronized (heads) {
      if (heads.size() < MOST_RECORDS) {
        heads.add(head);
      }
    }
  }

  private static String readHead(BufferedInputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    var lineEnds = 0;
    while (lineEnds < 4 && head.size() < LONGEST_HEAD) {
      var next = in.read();
      if (next < 0) {
        break;
      }
      head.write(next);
      lineEnds = next == (lineEnds % 2 == 0 ? '\r' : '\n') ? lineEnds + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }
}
