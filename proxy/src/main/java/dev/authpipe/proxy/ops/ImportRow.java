package dev.authpipe.proxy.ops;

import java.util.Arrays;

/** One row to import, as the JSON that the API takes. Holds secrets until it is closed. */
final class ImportRow implements AutoCloseable {
  private final long line;
  private final byte[] json;
  private final boolean refreshable;

  /**
   * @param line        its number in the input, from 1
   * @param json        becomes this row's to wipe
   * @param refreshable whether it has a refresh token; one without is tried out at its provider
   */
  ImportRow(long line, byte[] json, boolean refreshable) {
    this.line = line;
    this.json = json;
    this.refreshable = refreshable;
  }

  long line() {
    return line;
  }

  boolean refreshable() {
    return refreshable;
  }

  int length() {
    return json.length;
  }

  void copyTo(byte[] body, int at) {
    System.arraycopy(json, 0, body, at, json.length);
  }

  @Override
  public void close() {
    Arrays.fill(json, (byte) 0);
  }

  @Override
  public String toString() {
    return "ImportRow[" + line + "]";
  }
}
