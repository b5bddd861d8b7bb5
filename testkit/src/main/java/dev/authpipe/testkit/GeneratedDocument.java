package dev.authpipe.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A checked-in file that is generated from the code. A test compares the two; run with {@code -Dauthpipe.docs=write} it writes the
 * file instead. Never changes a file otherwise.
 */
public final class GeneratedDocument {

  private static final String PROPERTY = "authpipe.docs";

  private GeneratedDocument() {}

  /**
   * Holds a file to what the code says.
   *
   * @throws AssertionError with the first line that differs
   */
  public static void check(Path file, String generated) {
    try {
      if ("write".equals(System.getProperty(PROPERTY))) {
        Files.createDirectories(file.toAbsolutePath().normalize().getParent());
        Files.writeString(file, generated);
        return;
      }
      var present = Files.exists(file) ? Files.readString(file) : "";
      if (!present.equals(generated)) {
        throw new AssertionError(file + " is not what the code says from line " + firstDifference(present, generated)
            + " on. Run this test with -D" + PROPERTY + "=write and look at the difference.");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String firstDifference(String present, String generated) {
    var old = present.split("\n", -1);
    var fresh = generated.split("\n", -1);
    var at = 0;
    while (at < old.length && at < fresh.length && old[at].equals(fresh[at])) {
      at++;
    }
    return (at + 1) + " (is: " + line(old, at) + "; should be: " + line(fresh, at) + ")";
  }

  private static String line(String[] lines, int at) {
    return at < lines.length ? "'" + lines[at] + "'" : "the end";
  }
}
