package dev.authpipe.proxy.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The three listeners of the proxy. A listener that is not on loopback must have a certificate (S94); ports are fixed before the start, for a
 * random one would make a controller answer on the wrong listener.
 *
 * @param api            where application back ends come; must never be exposed to the internet
 * @param connect        where end users' browsers come
 * @param management     health and metrics; plain HTTP on loopback, TLS anywhere else
 * @param tls            how the listeners speak TLS; null: they do not, and stay on loopback
 * @param trustedProxies address ranges of reverse proxies whose {@code X-Forwarded-For} counts (S37)
 */
public record ListenerSettings(Listener api, Listener connect, Listener management, @Nullable ListenerTls tls,
    List<String> trustedProxies) {

  /** Largest request body of the JSON operations, in bytes. */
  public static final int JSON_BODY_LIMIT = 1024 * 1024;
  private static final String LISTENERS = "micronaut.server.netty.listeners.";

  /**
   * One listener.
   *
   * @param host literal address or name to bind
   * @param port 1 to 65535
   */
  public record Listener(String host, int port) {
    /** Refuses random ports. */
    public Listener {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("a listener needs a port from 1 to 65535");
      }
    }

    /** Whether nobody but this host reaches it. */
    public boolean isLoopback() {
      return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("::1") || host.equals("[::1]");
    }
  }

  /** Checks that nothing leaves loopback without TLS and that the ports differ. */
  public ListenerSettings {
    trustedProxies = List.copyOf(trustedProxies);
    if (tls == null) {
      refusePlain("api", api);
      refusePlain("connect", connect);
      refusePlain("management", management);
    }
    if (api.port() == connect.port() || api.port() == management.port() || connect.port() == management.port()) {
      throw new IllegalArgumentException("the three listeners need three ports");
    }
  }

  private static void refusePlain(String name, Listener listener) {
    if (!listener.isLoopback()) {
      throw new IllegalArgumentException(name + ".host is " + listener.host()
          + ", but without a certificate in tls it would speak plain HTTP there; a listener without one starts only on loopback");
    }
  }

  /** Whether the API and connect listeners speak TLS, and the management listener where it is not on loopback. */
  public boolean secure() {
    return tls != null;
  }

  /** Whether the management listener speaks TLS: on loopback it does not, so that probes of the host need no trust. */
  public boolean managementSecure() {
    return tls != null && !management.isLoopback();
  }

  /** Whether the API listener asks its callers for certificates. */
  boolean asksForCertificates() {
    return tls != null && tls.clients() != ListenerTls.ClientCertificates.NONE;
  }

  /** The server's configuration as Micronaut names it: listeners, TLS 1.3, limits, graceful shutdown. */
  public Map<String, Object> serverProperties() {
    Map<String, Object> all = new HashMap<>();
    listener(all, "api", api, secure());
    listener(all, "connect", connect, secure());
    listener(all, "management", management, managementSecure());
    all.put(LISTENERS + "api.expose-default-routes", true);
    all.put(LISTENERS + "connect.expose-default-routes", false);
    all.put(LISTENERS + "management.expose-default-routes", false);
    all.put("endpoints.all.port", management.port());
    all.put("endpoints.all.enabled", false);
    if (tls != null) { // which ServerTls speaks
      all.put("micronaut.ssl.enabled", true);
      all.put("micronaut.server.ssl.enabled", true);
      all.put("micronaut.server.http-version", "2.0");
      all.put("micronaut.server.netty.legacy-multiplex-handlers", true);
    } else {
      all.put("micronaut.server.http-version", "1.1");
    }
    all.put("micronaut.server.max-request-size", JSON_BODY_LIMIT);
    all.put("micronaut.server.netty.max-header-size", 32 * 1024);
    all.put("micronaut.server.netty.max-initial-line-length", 16 * 1024);
    all.put("micronaut.server.netty.log-level", "");
    all.put("micronaut.server.idle-timeout", "65s");
    all.put("micronaut.server.server-header", "");
    all.put("micronaut.server.date-header", true);
    // The server's own check of origins knows loopback only and answers without code or trace; ours holds everywhere.
    all.put("micronaut.server.cors.localhost-pass-through", true);
    all.put("micronaut.lifecycle.graceful-shutdown.enabled", true);
    all.values().removeIf(""::equals);
    return all;
  }

  private static void listener(Map<String, Object> all, String name, Listener listener, boolean tls) {
    all.put(LISTENERS + name + ".host", listener.host());
    all.put(LISTENERS + name + ".port", listener.port());
    all.put(LISTENERS + name + ".ssl", tls);
  }
}
