package dev.authpipe.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One kept connection of a caller: sends a GET and reads the answer. As little as a caller can be, since it shares the machine. */
final class CallerSocket implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final String tail;

  /** What came back. */
  record Reply(int status, String body) {}

  CallerSocket(URI base, String apiKey) throws IOException {
    this.socket = new Socket(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), base.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    this.in = new BufferedInputStream(socket.getInputStream(), 2048);
    this.tail = " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + apiKey + "\r\n\r\n";
  }

  Reply get(String path) throws IOException {
    socket.getOutputStream().write(("GET " + path + tail).getBytes(StandardCharsets.ISO_8859_1));
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the answer was cut short");
    }
    return new Reply(status, new String(body, StandardCharsets.UTF_8));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException already) {
      return; // gone
    }
  }
}
