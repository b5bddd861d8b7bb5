package dev.authpipe.proxy.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.FreePorts;

/** The server with its real edge and pipelines, but with hot routes and controllers of a test. */
public final class TestServer implements AutoCloseable {
  /** A property for a context that serves controllers only: without it the hot routes want every room behind them. */
  public static final String NO_HOT_ROUTES = "authpipe.test.no-hot-routes";
  private static final String SWITCH = "authpipe.test.http";

  public final ListenerSettings settings;
  private final ApplicationContext context;

  record Routes(List<HotRoute> all) {}

  private TestServer(ListenerSettings settings, List<HotRoute> routes) {
    this.settings = settings;
    this.context = ApplicationContext.builder().deduceEnvironment(false).environmentPropertySource(false).banner(false)
        .properties(settings.serverProperties()).properties(Map.of(SWITCH, true, "micronaut.security.enabled", false))
        .singletons(settings, new Randomness(new SecureRandom(), Clock.systemUTC()), Ticker.systemTicker(), Clock.systemUTC(),
            new Routes(routes))
        .start();
    context.getBean(EmbeddedServer.class).start();
  }

  /** A server without TLS. */
  public static TestServer start(HotRoute... routes) {
    return new TestServer(settings(null), List.of(routes));
  }

  /** A server with TLS and HTTP/2. */
  public static TestServer startSecure(Path keyStore, SecretText keyStoreSecret, HotRoute... routes) {
    return new TestServer(settings(new ListenerTls(keyStore, false, () -> SecretText.of(keyStoreSecret.expose()),
        ListenerTls.ClientCertificates.NONE, null, Duration.ofSeconds(5))), List.of(routes));
  }

  /** A server with TLS as it is given. */
  static TestServer startSecure(ListenerTls tls, HotRoute... routes) {
    return new TestServer(settings(tls), List.of(routes));
  }

  /** A server whose management listener is not on loopback. */
  static TestServer startManagedFromElsewhere(ListenerTls tls) {
    return new TestServer(new ListenerSettings(listener(), listener(), new ListenerSettings.Listener("0.0.0.0", FreePorts.next()),
        tls, List.of()), List.of());
  }

  private static ListenerSettings settings(@Nullable ListenerTls tls) {
    return new ListenerSettings(listener(), listener(), listener(), tls, List.of());
  }

  private static ListenerSettings.Listener listener() {
    return new ListenerSettings.Listener("127.0.0.1", FreePorts.next());
  }

  /** Where the API listener is. */
  public URI api() {
    return URI.create((settings.secure() ? "https" : "http") + "://127.0.0.1:" + settings.api().port());
  }

  @Override
  public void close() {
    context.close();
  }

  @Factory
  @Requires(property = SWITCH)
  static final class Beans {
    @Singleton
    @Replaces(HotRoutes.class)
    HotRoutes hotRoutes(Routes routes, RemoteAddresses addresses, Faults faults) {
      return new HotRoutes(routes.all(), addresses, faults);
    }
  }

  @Factory
  @Requires(property = NO_HOT_ROUTES)
  static final class ControllersOnly {
    @Singleton
    @Replaces(HotRoutes.class)
    HotRoutes hotRoutes(RemoteAddresses addresses, Faults faults) {
      return new HotRoutes(List.of(), addresses, faults);
    }
  }

  /** Hot routes for the tests: at once, by way of a virtual thread, echo, early refusal, never. */
  static final class HotProbe implements HotRoute {
    final Map<String, CountDownLatch> gone = new ConcurrentHashMap<>();

    @Override
    public boolean owns(String target) {
      return target.startsWith("/hot/");
    }

    @Override
    public HotExchange open(HotConnection connection, io.netty.handler.codec.http.HttpRequest request) {
      String target = request.uri();
      if (target.startsWith("/hot/echo")) {
        return new Echo(connection, request);
      }
      return new Simple(connection, target, gone);
    }
  }

  private static final class Simple implements HotExchange {
    private final String target;
    private final Map<String, CountDownLatch> gone;

    Simple(HotConnection connection, String target, Map<String, CountDownLatch> gone) {
      this.target = target;
      this.gone = gone;
      if (target.startsWith("/hot/thread")) {
        Thread.ofVirtual().start(() -> connection.execute(() -> connection.answer(text(target))));
      } else if (target.startsWith("/hot/refuse")) {
        connection.problem(ErrorCode.PATH_NOT_ALLOWED, "No.", null);
      } else if (!target.startsWith("/hot/never")) {
        connection.answer(text(target));
      }
    }

    @Override
    public void requestContent(HttpContent content) {
      content.release();
    }

    @Override
    public void callerGone() {
      gone.computeIfAbsent(target, _ -> new CountDownLatch(1)).countDown();
    }

    private static FullHttpResponse text(String text) {
      FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
          Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
      HttpUtil.setContentLength(response, text.length());
      return response;
    }
  }

  private static final class Echo implements HotExchange {
    private final HotConnection connection;
    private final DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    private boolean begun;

    Echo(HotConnection connection, io.netty.handler.codec.http.HttpRequest request) {
      this.connection = connection;
      if (HttpUtil.isContentLengthSet(request)) {
        HttpUtil.setContentLength(head, HttpUtil.getContentLength(request));
      } else {
        HttpUtil.setTransferEncodingChunked(head, true);
      }
      connection.read();
    }

    @Override
    public void requestContent(HttpContent content) {
      if (!begun) {
        begun = true;
        connection.relay(head);
      }
      connection.content(content);
    }

    @Override
    public void requestReadComplete() {
      connection.flush();
      if (connection.isWritable()) {
        connection.read();
      }
    }

    @Override
    public void callerWritabilityChanged() {
      if (connection.isWritable()) {
        connection.read();
      }
    }

    @Override
    public void callerGone() {}
  }

  @Controller("/plain")
  @Requires(property = SWITCH)
  static class PlainController {
    record Note(String text, int number) {}

    @Get("/loop{/name}")
    String loop(HttpRequest<?> request) {
      return request.getUri().getRawPath();
    }

    @ExecuteOn(TaskExecutors.BLOCKING)
    @Get("/thread{/name}")
    String thread(HttpRequest<?> request) {
      return request.getUri().getRawPath();
    }

    @ExecuteOn(TaskExecutors.BLOCKING)
    @Post("/note")
    String note(@Body Note note) {
      return note.text() + note.number();
    }

    @Get("/problem")
    String problem() {
      throw new ProblemException(ErrorCode.REFRESH_BACKOFF, "Later.", Duration.ofMillis(1500));
    }

    @Get("/fault")
    String fault() {
      throw new IllegalStateException("canary-in-a-message");
    }

    @Get("/id")
    String id(HttpRequest<?> request) {
      return RequestIds.of(request);
    }
  }

  @Controller(value = "/browser", port = "${micronaut.server.netty.listeners.connect.port}")
  @Requires(property = SWITCH)
  static class BrowserController {
    @Get
    String page() {
      return "page";
    }
  }
}
