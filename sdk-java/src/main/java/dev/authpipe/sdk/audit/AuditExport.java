package dev.authpipe.sdk.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * An export on its way: JSON lines with what proves them, for {@code authpipe audit verify}. Streams; must be closed, and never be read by
 * two threads at once.
 */
public final class AuditExport implements AutoCloseable {

  private final InputStream lines;

  /**
   * An export whose bytes come from here.
   *
   * @param lines the bytes as they arrive
   */
  public AuditExport(InputStream lines) {
    this.lines = Objects.requireNonNull(lines, "lines");
  }

  /**
   * The export's bytes as they arrive. It is whole when the stream ends without an exception.
   *
   * @return the stream, UTF-8, one JSON object a line
   */
  public InputStream body() {
    return lines;
  }

  /** Gives up what is left. */
  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the export could not be closed", e);
    }
  }
}
