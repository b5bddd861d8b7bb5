package dev.authpipe.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Takes what the parts write to standard error, which is the proxy's log, so that the steps stay readable. It masks nothing itself: the
 * proxy's log does.
 */
final class LogFile implements AutoCloseable {
  private final PrintStream before = System.err;
  private final Path file;
  private final PrintStream log;
  private boolean kept;

  private LogFile(Path file, PrintStream log) {
    this.file = file;
    this.log = log;
  }

  static LogFile open() throws IOException {
    Path file = Files.createTempFile("authpipe-demo-", ".log");
    LogFile opened = new LogFile(file, new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8));
    System.setErr(opened.log);
    return opened;
  }

  /** Keeps the file for somebody who has to find out what went wrong. */
  Path keep() {
    kept = true;
    return file;
  }

  @Override
  public void close() throws IOException {
    System.setErr(before);
    log.close();
    if (!kept) {
      Files.deleteIfExists(file);
    }
  }
}
