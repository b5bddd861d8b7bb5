package dev.authpipe.control.ops;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Where a command writes: results on standard output, everything else on standard error. Never prints a stack trace. */
final class Console {
  private final PrintStream out;
  private final PrintStream err;

  Console(PrintStream out, PrintStream err) {
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

  /** The one sentence of a failure. */
  void failed(Exception failure, boolean json) {
    String message = failure instanceof RuntimeException known
        ? ControlPlane.explained(known).getMessage()
        : failure.getMessage();
    String sentence = message == null ? "it failed without a reason" : message;
    if (json) {
      out.println(write(Map.of("error", sentence)));
    }
    err.println("authpipe: " + sentence);
  }

  private static String write(Map<String, ?> object) {
    try {
      return new ObjectMapper().writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a result could not be written as JSON", impossible);
    }
  }
}
