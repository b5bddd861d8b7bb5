package dev.authpipe.quickstart.chromium;

import java.time.Duration;

/** The wait between two looks at something that comes by itself. */
final class Pause {
  private static final Duration LENGTH = Duration.ofMillis(20);

  private Pause() {}

  static void brief() {
    try {
      Thread.sleep(LENGTH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrowserException("interrupted while waiting for the browser", e);
    }
  }
}
