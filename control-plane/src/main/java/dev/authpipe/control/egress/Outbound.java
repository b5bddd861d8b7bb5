package dev.authpipe.control.egress;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

import io.micronaut.context.annotation.Bean;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Small HTTP calls of the control plane: https only, to public addresses unless the operator named the host, no redirects, at most 10 s and
 * 256 KiB. Blocks: virtual threads only. Thread-safe.
 */
@Singleton
@Bean(preDestroy = "close")
public final class Outbound implements AutoCloseable {
  private static final int LARGEST = 256 * 1024;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final OutboundSettings settings;
  private final ExecutorService calls = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("outbound-", 0).factory());

  Outbound(OutboundSettings settings) {
    this.settings = settings;
  }

  /** What came back. */
  public record Answer(int status, String contentType, String text) {}

  /**
   * One call.
   *
   * @param body null: none
   * @throws OutboundException if it is not allowed, or nothing acceptable came back in time
   */
  public Answer call(String method, URI target, Map<String, String> headers, byte @Nullable [] body) {
    HttpURLConnection connection = connection(target);
    Future<Answer> running = calls.submit(() -> exchange(connection, method, headers, body));
    try {
      return running.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new OutboundException("no answer in time");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof OutboundException known ? known : new OutboundException("the call did not work");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new OutboundException("interrupted");
    } finally {
      running.cancel(true);
      connection.disconnect();
    }
  }

  private HttpURLConnection connection(URI target) {
    String host = target.getHost();
    if (host == null || target.getRawUserInfo() != null || target.getRawFragment() != null) {
      throw new OutboundException("not an address that may be called");
    }
    boolean named = settings.privateHosts().contains(host);
    try {
      HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
      if (connection instanceof HttpsURLConnection secure) {
        secure.setSSLSocketFactory(new CheckedSockets((SSLSocketFactory) SSLSocketFactory.getDefault(),
            address -> named ? !address.isLinkLocalAddress() : PublicAddresses.contains(address)));
      } else if (!(named && settings.plainLoopback() && isLiteralLoopback(host))) {
        throw new OutboundException("only https may be called");
      }
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout((int) DEADLINE.toMillis());
      connection.setReadTimeout((int) DEADLINE.toMillis());
      return connection;
    } catch (IOException | ClassCastException | IllegalArgumentException notHttp) {
      throw new OutboundException("not an address that may be called");
    }
  }

  private static Answer exchange(HttpURLConnection connection, String method, Map<String, String> headers, byte @Nullable [] body)
      throws IOException {
    connection.setRequestMethod(method);
    headers.forEach(connection::setRequestProperty);
    connection.setRequestProperty("Connection", "close"); // no pooled connection outlives the check of its address
    if (body != null) {
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length); // and so the JDK repeats nothing
      connection.getOutputStream().write(body);
    }
    int status = connection.getResponseCode();
    InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    byte[] read = in == null ? new byte[0] : in.readNBytes(LARGEST + 1);
    if (read.length > LARGEST) {
      throw new OutboundException("the answer is too large");
    }
    String type = connection.getContentType();
    return new Answer(status, type == null ? "" : type, new String(read, StandardCharsets.UTF_8));
  }

  private static boolean isLiteralLoopback(String host) {
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException name) {
      return false;
    }
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }
}
