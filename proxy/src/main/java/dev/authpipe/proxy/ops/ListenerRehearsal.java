package dev.authpipe.proxy.ops;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ListenerSettings;

/**
 * Calls the hot routes of this replica's own API listener over one kept connection, with TLS where that speaks it, by methods that they refuse before they
 * ask who is calling: so nothing is looked up, counted or recorded, and nothing leaves this host. Trusts its own certificate and no other.
 */
@Singleton
final class ListenerRehearsal implements Rehearsal {
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int LONGEST_HEAD = 8 * 1024;
  private static final int LONGEST_BODY = 64 * 1024;
  private static final String CONTENT_LENGTH = "content-length:";
  private static final List<byte[]> REQUESTS = List.of(request("TRACE /v1/proxy/rehearsal"),
      request("DELETE /v1/connections/rehearsal/token"));

  private final ListenerSettings listeners;
  private final Deployment deployment;
  private @Nullable Socket socket;
  private @Nullable InputStream answers;

  ListenerRehearsal(ListenerSettings listeners, Deployment deployment) {
    this.listeners = listeners;
    this.deployment = deployment;
  }

  private static byte[] request(String line) {
    return (line + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public synchronized boolean once() throws IOException {
    Socket open = socket;
    if (open == null) {
      open = connect();
      socket = open;
      answers = new BufferedInputStream(open.getInputStream());
    }
    boolean refused = true;
    for (byte[] request : REQUESTS) {
      open.getOutputStream().write(request);
      InputStream in = answers;
      refused &= in != null && isRefusal(in);
    }
    return refused;
  }

  private Socket connect() throws IOException {
    X509Certificate own = listeners.secure() ? deployment.certificate().orElse(null) : null;
    Socket plain = own == null ? new Socket() : OwnListener.socket(own);
    plain.connect(new InetSocketAddress(listeners.api().host(), listeners.api().port()), PATIENCE_MILLIS);
    plain.setSoTimeout(PATIENCE_MILLIS);
    plain.setTcpNoDelay(true);
    return plain;
  }

  /** Reads one answer to its end. */
  private static boolean isRefusal(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < LONGEST_HEAD && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    int length = head.toString().lines().filter(line -> line.regionMatches(true, 0, CONTENT_LENGTH, 0, CONTENT_LENGTH.length()))
        .mapToInt(line -> Integer.parseInt(line.substring(CONTENT_LENGTH.length()).strip())).findFirst().orElse(0);
    return in.readNBytes(Math.min(length, LONGEST_BODY)).length == length && head.indexOf(" 405 ") > 0;
  }

  @PreDestroy
  synchronized void close() throws IOException {
    Socket open = socket;
    if (open != null) {
      open.close();
    }
  }
}
