package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * The sample application, running. It listens on loopback only and must never be more than a demonstration: anybody on this
 * machine may sign in as its two pretend users.
 */
public final class SampleApplication implements AutoCloseable {

  private static final int BACKLOG = 64;
  private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
      + "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final URI address;
  private final Router router;
  private final Api api;

  private SampleApplication(HttpServer server, SampleSettings settings) {
    this.server = server;
    this.address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    this.api = new Api(settings, returnUrl(address));
    this.router = new Router(address, new LoginSessions(settings.clock()), api);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /**
   * Starts it.
   *
   * @param settings where and with what
   * @return the application, answering
   * @throws IOException when the port cannot be had
   */
  public static SampleApplication start(SampleSettings settings) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, settings.port()), BACKLOG);
    SampleApplication application = new SampleApplication(server, settings);
    server.start();
    return application;
  }

  /**
   * Where it answers.
   *
   * @return its address, without a path
   */
  public URI address() {
    return address;
  }

  /**
   * The page to which the connect flow returns; it must stand in the integration's allowlist.
   *
   * @param address the application's address
   * @return the return URL
   */
  public static URI returnUrl(URI address) {
    return address.resolve("/connected");
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply;
      try {
        reply = router.answer(new Request(exchange));
      } catch (RuntimeException e) {
        reply = Reply.error(500, "broken", "Something went wrong here.");
      }
      send(exchange, reply);
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.mediaType());
    headers.set("Cache-Control", reply.cacheControl());
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("Cross-Origin-Opener-Policy", "same-origin-allow-popups");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("X-Content-Type-Options", "nosniff");
    if (reply.cookie() != null) {
      headers.set("Set-Cookie", reply.cookie());
    }
    byte[] body = reply.body();
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Stops it; login sessions and tasks go with it. */
  @Override
  public void close() {
    server.stop(0);
    threads.close();
    api.close();
  }
}
