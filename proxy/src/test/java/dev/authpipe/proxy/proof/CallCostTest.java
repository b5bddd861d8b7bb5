package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What one call of a whole proxy allocates on its event loop: a count that is the same on every machine to within a hundredth, unlike a time. The
 * tests' JVM has no C2, which would do away with a part of it. A limit is what was counted and less than a twentieth: a change that needs more raises
 * it and says why, and one that needs much less lowers it.
 */
class CallCostTest {
  private static final int WARM_UP = 1_000;
  private static final int CALLS = 2_000;
  /** Less would mean that another thread was looked at. */
  private static final long COUNTED_LEAST = 500;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static ProxyFixture proxy;
  private static String connection = "";

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
    connection = proxy.connectUser("counted-user");
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @Test
  void aWarmTokenReadAllocatesLittle() throws IOException {
    assertThat(bytesPerCall("/v1/connections/" + connection + "/token", proxy.application().authorization(), 200))
        .isBetween(COUNTED_LEAST, 9_400L);
  }

  @Test
  void aWarmProxiedCallAllocatesLittle() throws IOException {
    assertThat(bytesPerCall("/v1/proxy/" + connection + "/me", proxy.application().authorization(), 200))
        .isBetween(COUNTED_LEAST, 15_700L);
  }

  @Test
  void aForgedKeyAllocatesLittle() throws IOException {
    assertThat(bytesPerCall("/v1/connections/" + connection + "/token", forged(proxy.application().authorization()), 401))
        .isBetween(COUNTED_LEAST, 7_500L);
  }

  /** The same with another id and the old checksum. */
  private static String forged(String authorization) {
    int inTheId = authorization.indexOf("ap_sk_") + 25;
    char other = authorization.charAt(inTheId) == '0' ? '1' : '0';
    return authorization.substring(0, inTheId) + other + authorization.substring(inTheId + 1);
  }

  private static long bytesPerCall(String path, String authorization, int status) throws IOException {
    try (Asking asking = new Asking(proxy.addresses().api(), path, authorization)) {
      asking.times(WARM_UP, status);
      Map<Long, Long> before = allocated();
      asking.times(CALLS, status);
      long most = 0;
      for (Map.Entry<Long, Long> after : allocated().entrySet()) {
        most = Math.max(most, after.getValue() - before.getOrDefault(after.getKey(), 0L));
      }
      return most / CALLS;
    }
  }

  /** What each event loop has allocated so far. A kept connection stays on one of them, and it is the one that allocates most. */
  private static Map<Long, Long> allocated() {
    Map<Long, Long> bytes = new HashMap<>();
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().contains("ventLoopGroup")) {
        bytes.put(thread.getThreadId(), THREADS.getThreadAllocatedBytes(thread.getThreadId()));
      }
    }
    return bytes;
  }

  /** One request again and again on one connection; each from another place, for strangers are limited by address. */
  private static final class Asking implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final String head;
    private int asked;

    Asking(URI api, String path, String authorization) throws IOException {
      socket = new Socket(api.getHost(), api.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
      in = new BufferedInputStream(socket.getInputStream());
      head = "GET " + path + " HTTP/1.1\r\nHost: proxy\r\nAuthorization: " + authorization + "\r\nX-Forwarded-For: 198.18.";
    }

    void times(int count, int status) throws IOException {
      for (int i = 0; i < count; i++) {
        asked++;
        String request = head + (asked >> 8) % 256 + "." + asked % 256 + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(line()).startsWith("HTTP/1.1 " + status);
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
          if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(header.substring(15).strip());
          }
        }
        in.skipNBytes(length);
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException("the proxy closed the connection");
        }
        line.append((char) c);
      }
      return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
