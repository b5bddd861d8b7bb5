package dev.authpipe.proxy.ops;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** Reads rows line by line and puts them into batches that the API takes: so many rows and bytes, so many to be tried out. */
final class ImportLines implements AutoCloseable {
  static final int MOST_ROWS = 1000;
  static final int MOST_TRIED_OUT = 100;
  static final int MOST_BYTES = 1_000_000;
  static final int LONGEST_LINE = 64 * 1024;

  /**
   * A line that is no row.
   *
   * @param pointer where in the row; empty: the row as a whole
   * @param code    as the API names it
   */
  record Wrong(long line, String pointer, String code, String detail) {}

  /** Rows that go together, or what keeps them from going. */
  record Batch(List<ImportRow> rows, List<Wrong> wrong) implements AutoCloseable {
    boolean isEmpty() {
      return rows.isEmpty() && wrong.isEmpty();
    }

    long firstLine() {
      long rowLine = rows.isEmpty() ? Long.MAX_VALUE : rows.getFirst().line();
      return wrong.isEmpty() ? rowLine : Math.min(rowLine, wrong.getFirst().line());
    }

    @Override
    public void close() {
      rows.forEach(ImportRow::close);
    }
  }

  private final InputStream in;
  private final ImportForm form;
  private final int mostRows;
  private long line;
  private long bytes;
  private @Nullable ImportRow next;

  ImportLines(InputStream in, ImportForm form, int mostRows) {
    this.in = new BufferedInputStream(in, 64 * 1024);
    this.form = form;
    this.mostRows = mostRows;
  }

  /** Bytes read so far. */
  long bytes() {
    return bytes;
  }

  /** The number of the line that was read last. */
  long line() {
    return line;
  }

  /** Passes over lines, so that the next one has this number. */
  void skipTo(long number) throws IOException {
    while (line < number - 1 && skipLine()) {
      line++;
    }
  }

  /** The next rows; empty at the end. Lines that are no rows end up in the batch they would have been in. */
  Batch next() throws IOException {
    List<ImportRow> rows = new ArrayList<>();
    List<Wrong> wrong = new ArrayList<>();
    long size = 0;
    int triedOut = 0;
    while (rows.size() + wrong.size() < mostRows) {
      ImportRow row = next;
      next = null;
      if (row == null) {
        try {
          row = read();
        } catch (WrongRowException refused) {
          wrong.add(new Wrong(line, "", "invalid_request", refused.sentence()));
          continue;
        }
      }
      if (row == null) {
        break;
      }
      boolean full = size + row.length() + 1 > MOST_BYTES || (!row.refreshable() && triedOut == MOST_TRIED_OUT);
      if (full && !rows.isEmpty()) {
        next = row;
        break;
      }
      rows.add(row);
      size += row.length() + 1;
      triedOut += row.refreshable() ? 0 : 1;
    }
    return new Batch(rows, wrong);
  }

  private @Nullable ImportRow read() throws IOException {
    byte[] buffer = new byte[512];
    while (true) {
      int length = 0;
      int c = in.read();
      if (c < 0) {
        return null;
      }
      line++;
      for (; c >= 0 && c != '\n'; c = in.read()) {
        bytes++;
        if (length == buffer.length) {
          byte[] larger = Arrays.copyOf(buffer, Math.min(buffer.length * 4, LONGEST_LINE + 1));
          Arrays.fill(buffer, (byte) 0);
          buffer = larger;
        }
        if (length < LONGEST_LINE + 1) {
          buffer[length++] = (byte) c;
        }
        if (length > LONGEST_LINE) {
          skipLine();
          throw new WrongRowException("the line is longer than 64 KiB");
        }
      }
      bytes++;
      byte[] content = Arrays.copyOf(buffer, length);
      Arrays.fill(buffer, (byte) 0);
      if (!isBlank(content)) {
        return form.row(line, content);
      }
    }
  }

  private static boolean isBlank(byte[] content) {
    for (byte b : content) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private boolean skipLine() throws IOException {
    int c = in.read();
    boolean any = c >= 0;
    for (; c >= 0 && c != '\n'; c = in.read()) {
      bytes++;
    }
    bytes++;
    return any;
  }

  @Override
  public void close() throws IOException {
    if (next != null) {
      next.close();
    }
    in.close();
  }
}
