package dev.authpipe.proxy.ops;

import java.net.URI;
import java.nio.file.Path;

/**
 * A running proxy with its three listeners. Never starts half: either everything that can be checked holds, or starting fails with one
 * clear sentence.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ProxyServer implements AutoCloseable {
  private ProxyServer() {}

  /**
   * Starts the proxy.
   *
   * @param settings the settings file, {@code authpipe.yaml}
   * @param options  what tests and the demo change
   * @throws StartupException with one sentence, if the proxy must not run like this
   */
  public static ProxyServer start(Path settings, ProxyOptions options) {
    throw new UnsupportedOperationException(settings + " " + options);
  }

  /** Where application back ends reach it. */
  public URI api() {
    throw new UnsupportedOperationException();
  }

  /** Where browsers reach it. */
  public URI connect() {
    throw new UnsupportedOperationException();
  }

  /** Where health and metrics are read. */
  public URI management() {
    throw new UnsupportedOperationException();
  }

  /** Stops taking calls, lets those under way finish within the drain limit, and stops. Idempotent. */
  @Override
  public void close() {}
}
