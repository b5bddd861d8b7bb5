package dev.authpipe.proxy.refresh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;

/**
 * What tests injected and what became of it, in files under {@code target} that docs/refresh-proof.md is made of. A loss where none is conceded
 * fails the test that reports it.
 */
public final class FaultLedger {
  private static final Path DIRECTORY = Path.of("target", "refresh-proof");

  /** What became of a grant. */
  public enum Outcome {
    KEPT,
    LOST,
    ENDED
  }

  record Line(Fault fault, Rotation rotation, Outcome outcome) {}

  private final Path file;

  private FaultLedger(Path file) {
    this.file = file;
  }

  /** The ledger of one test class; what it said of an earlier run is gone. */
  public static FaultLedger of(Class<?> test) {
    try {
      Files.createDirectories(DIRECTORY);
      Path file = DIRECTORY.resolve(test.getSimpleName() + ".txt");
      Files.writeString(file, "");
      return new FaultLedger(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The fault was injected and the grant lives. */
  public void kept(Fault fault, Rotation rotation) {
    write(fault + " " + rotation + " " + Outcome.KEPT);
  }

  /** The fault was injected and what was received is revoked, as it should be. */
  public void ended(Fault fault, Rotation rotation) {
    write(fault + " " + rotation + " " + Outcome.ENDED);
  }

  /** The fault was injected and the person has to connect again. */
  public void lost(Fault fault, Rotation rotation) {
    if (!fault.isConceded(rotation)) {
      throw new AssertionError("a grant was lost where none is conceded: " + fault + ", " + rotation);
    }
    write(fault + " " + rotation + " " + Outcome.LOST);
  }

  void write(String line) {
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** All lines of these files, in no order. */
  static List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (!Files.isDirectory(DIRECTORY)) {
      return lines;
    }
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
      return lines;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
