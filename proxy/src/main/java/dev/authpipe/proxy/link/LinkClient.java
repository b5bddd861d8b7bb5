package dev.authpipe.proxy.link;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.link.LinkException.Trouble;

/**
 * Requests to the control plane: TLS 1.3, the proxy's own certificate, one pinned key on the other side, a deadline over the whole exchange and
 * a limit on every answer. Follows no redirect, keeps no cookie. Its address is the operator's, so that the address policy of {@code egress}
 * does not apply.
 */
final class LinkClient implements AutoCloseable {
  static final int SMALL = 64 * 1024;
  /** Tells of {@code branding}: an older control plane does not look at it, and an older proxy would refuse what it does not know. */
  private static final String FEED = "2";
  private static final Logger LOG = LoggerFactory.getLogger(LinkClient.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration END = Duration.ofSeconds(1);

  private final URI base;
  private final Duration deadline;
  private final HttpClient client;
  private volatile boolean closed;

  /** An answer: a body with status 200, or none with 204 or 304. */
  record Answer(Optional<byte[]> body, @Nullable String entityTag) {}

  LinkClient(URI base, Identity identity, String controlPlane, Duration deadline) {
    this.base = base;
    this.deadline = deadline;
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT).sslContext(context(identity, controlPlane))
        .sslParameters(new SSLParameters(null, new String[]{"TLSv1.3"})).build();
  }

  private static SSLContext context(Identity identity, String controlPlane) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[]{new OneKey(identity)}, new TrustManager[]{new PinningTrust(controlPlane)}, null);
      return context;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("this JDK has no TLS 1.3", failure);
    }
  }

  Answer get(String path, int limit) {
    return exchange(request(path).GET().build(), limit);
  }

  /** The feed, with every member that this version reads. */
  Answer feed(String path, @Nullable String entityTag, int limit) {
    HttpRequest.Builder request = request(path).header("Authpipe-Feed", FEED).GET();
    if (entityTag != null) {
      request.header("If-None-Match", entityTag);
    }
    return exchange(request.build(), limit);
  }

  Answer post(String path, Record document) {
    return exchange(request(path).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(LinkJson.write(document))).build(), SMALL);
  }

  /** The client would name the JDK and its version, which are not of the link's schema. */
  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).header("User-Agent", "authpipe");
  }

  private Answer exchange(HttpRequest request, int limit) {
    CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request,
        head -> new LimitedBody(head.statusCode() == 200 ? limit : SMALL));
    try {
      HttpResponse<byte[]> got = answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      int status = got.statusCode();
      if (status == 200) {
        return new Answer(Optional.of(got.body()), got.headers().firstValue("ETag").filter(LinkClient::isPlain).orElse(null));
      } else if (status == 204 || status == 304) {
        return new Answer(Optional.empty(), null);
      }
      throw new LinkException(status == 401 || status == 403 ? Trouble.UNKNOWN_HERE : Trouble.STATUS,
          "the control plane answered with status " + status);
    } catch (ExecutionException failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      throw new LinkException(trouble(cause), "the control plane gave no answer: " + cause.getClass().getSimpleName(), failure);
    } catch (TimeoutException late) {
      throw new LinkException(Trouble.LATE, "the control plane did not answer in time", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LinkException(Trouble.AWAY, "stopped", interrupted);
    } finally {
      answer.cancel(true);
    }
  }

  private Trouble trouble(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LinkException known) {
        return known.trouble();
      } else if (cause instanceof CertificateException) {
        return Trouble.ANOTHER_SERVER;
      } else if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
        return Trouble.AWAY;
      }
    }
    return closed ? Trouble.AWAY : Trouble.BROKEN;
  }

  private static boolean isPlain(String entityTag) {
    return entityTag.length() <= 100 && entityTag.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  @Override
  public void close() {
    closed = true;
    client.shutdownNow();
    try {
      if (!client.awaitTermination(END)) {
        LOG.warn("a connection with the control plane does not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
