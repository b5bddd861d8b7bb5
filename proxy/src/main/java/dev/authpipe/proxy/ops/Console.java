package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/** Where a command reads and writes: results on standard output, everything else on standard error. Never prints a stack trace. */
final class Console {
  private static final int LARGEST_SECRET = 64 * 1024;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  Console(InputStream in, PrintStream out, PrintStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** One result: as a JSON object, or as these lines. */
  void result(boolean json, Map<String, ?> object, List<String> lines) {
    if (json) {
      out.println(write(object));
    } else {
      lines.forEach(out::println);
    }
  }

  /** Something beside the result. */
  void note(String line) {
    err.println(line);
  }

  /** Whether people look on at what is beside the result. */
  boolean isWatched() {
    return err.equals(System.err) && isTerminal(System.console());
  }

  /** Whether people read the result. */
  boolean isTerminal() {
    return out.equals(System.out) && isTerminal(System.console());
  }

  private static boolean isTerminal(java.io.@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  /** Something beside the result that the next such thing takes the place of. */
  void passing(String line) {
    err.print("\r" + line + "\u001b[K");
    err.flush();
  }

  /** What is read in place of a file. */
  InputStream input() {
    return in;
  }

  /** One line of standard input, at most 200 bytes; empty at its end. */
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < 200; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** The one sentence of a failure. */
  void failed(Exception failure, boolean json) {
    String message = failure instanceof RuntimeException known ? ProxyServer.explained(known).getMessage() : failure.getMessage();
    String sentence = message == null ? "it failed without a reason" : message;
    if (json) {
      out.println(write(Map.of("error", sentence)));
    }
    err.println("authpipe: " + sentence);
  }

  /** A secret from standard input: everything up to its end, without one line end. */
  SecretText readSecret() throws IOException {
    byte[] content = in.readNBytes(LARGEST_SECRET + 1);
    try {
      int length = content.length;
      if (length > 0 && content[length - 1] == '\n') {
        length -= length > 1 && content[length - 2] == '\r' ? 2 : 1;
      }
      if (length == 0 || length > LARGEST_SECRET) {
        throw new StartupException("standard input must hold the secret, at most 64 KiB");
      }
      return SecretText.copyOf(content, 0, length);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static String write(Map<String, ?> object) {
    try {
      return new ObjectMapper().writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a result could not be written as JSON", impossible);
    }
  }
}
