package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Sends bytes that no HTTP client would send, and reads one answer, by its length. */
final class RawRequest {
  private static final int SILENCE_MS = 20_000;

  private RawRequest() {}

  /** An answer as it came. */
  record Answer(String all) {
    int status() {
      return Integer.parseInt(all.substring(9, 12));
    }

    String body() {
      return all.substring(all.indexOf("\r\n\r\n") + 4);
    }

    Optional<String> header(String name) {
      String head = all.substring(0, all.indexOf("\r\n\r\n"));
      return Arrays.stream(head.split("\r\n")).skip(1).filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip()).findFirst();
    }
  }

  /** @param request lines, joined by CR LF as they are */
  static Answer send(URI listener, String... request) {
    try (Socket socket = new Socket(listener.getHost(), listener.getPort())) {
      socket.setSoTimeout(SILENCE_MS);
      socket.getOutputStream().write(String.join("\r\n", request).getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return read(socket.getInputStream());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Answer read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (next == '\n' && head.toString().endsWith("\r\n\r\n")) {
        break;
      }
    }
    int length = new Answer(head.toString()).header("content-length").map(Integer::parseInt).orElse(0);
    return new Answer(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }
}
