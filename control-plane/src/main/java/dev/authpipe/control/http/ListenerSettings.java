package dev.authpipe.control.http;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.micronaut.http.HttpRequest;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;

/**
 * The listeners of the control plane. A listener that is not on loopback must have a certificate (S94); ports are fixed before the start,
 * for a random one would make a controller answer on the wrong listener.
 *
 * @param dashboard      dashboard and REST API
 * @param link           data-plane link, with mutual TLS of its own
 * @param linkKey        our key there; null: the link does not listen
 * @param management     health and metrics; plain HTTP on loopback, TLS anywhere else
 * @param publicUrl      origin under which browsers reach the dashboard listener
 * @param tls            how the dashboard and management listeners speak TLS; null: they do not, and stay on loopback
 * @param trustedProxies address ranges of reverse proxies whose {@code X-Forwarded-For} counts (S37)
 */
public record ListenerSettings(Address dashboard, Address link, @Nullable LinkKey linkKey, Address management, URI publicUrl,
    @Nullable ListenerTls tls, List<String> trustedProxies) {

  /** Largest request body of the JSON operations, in bytes. */
  public static final int JSON_BODY_LIMIT = 1024 * 1024;
  private static final String LISTENERS = "micronaut.server.netty.listeners.";
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.0\\.0\\.1|\\[?::1]?");

  /**
   * Where one listener binds.
   *
   * @param host literal address or name to bind
   * @param port 1 to 65535
   */
  public record Address(String host, int port) {
    /** Refuses random ports. */
    public Address {
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("a listener needs a port from 1 to 65535");
      }
    }

    boolean isLoopback() {
      return LOOPBACK.matcher(host).matches();
    }
  }

  /**
   * Where our key of the link is.
   *
   * @param keyStore       PKCS#12 file with the key and its self-signed certificate
   * @param keyStoreSecret the secret of that file
   */
  public record LinkKey(Path keyStore, SecretText keyStoreSecret) {}

  /** Checks that nothing leaves loopback without TLS and that the ports differ. */
  public ListenerSettings {
    trustedProxies = List.copyOf(trustedProxies);
    if (tls == null) {
      refusePlain("dashboard", dashboard);
      refusePlain("management", management);
    }
    if (dashboard.port() == link.port() || dashboard.port() == management.port() || link.port() == management.port()) {
      throw new IllegalArgumentException("the three listeners need three ports");
    }
    if (publicUrl.getHost() == null || !(publicUrl.getRawPath() == null || publicUrl.getRawPath().isEmpty())) {
      throw new IllegalArgumentException("public_url is an origin, without a path or a slash at its end");
    }
    if (!"https".equals(publicUrl.getScheme())
        && !("http".equals(publicUrl.getScheme()) && LOOPBACK.matcher(publicUrl.getHost()).matches())) {
      throw new IllegalArgumentException("public_url must begin with https:// unless it is on loopback");
    }
  }

  private static void refusePlain(String name, Address address) {
    if (!address.isLoopback()) {
      throw new IllegalArgumentException(name + ".host is " + address.host()
          + ", but without a certificate in tls it would speak plain HTTP there; a listener without a certificate starts only on loopback");
    }
  }

  /** Whether the management listener speaks TLS: on loopback it does not, so that probes of the host need no trust. */
  public boolean managementSecure() {
    return tls != null && !management.isLoopback();
  }

  /** Whether a listener's answers go over TLS. */
  boolean secure(Listener listener) {
    return switch (listener) {
      case DASHBOARD -> secure();
      case LINK -> true;
      case MANAGEMENT -> managementSecure();
    };
  }

  /** Whether the dashboard listener speaks TLS. */
  public boolean secure() {
    return tls != null;
  }

  /** The listener of a local port. */
  Listener at(int port) {
    if (port == management.port()) {
      return Listener.MANAGEMENT;
    }
    return port == link.port() ? Listener.LINK : Listener.DASHBOARD;
  }

  /** The listener through which a request came. */
  public Listener of(HttpRequest<?> request) {
    return at(request.getServerAddress().getPort());
  }

  /** The server's configuration as Micronaut names it: listeners, TLS 1.3, limits, graceful shutdown. */
  public Map<String, Object> serverProperties() {
    Map<String, Object> all = new HashMap<>();
    listener(all, "dashboard", dashboard, secure());
    listener(all, "management", management, managementSecure());
    if (linkKey != null) {
      listener(all, "link", link, false); // its TLS stands in front of the pipeline, see LinkListener
      all.put(LISTENERS + "link.expose-default-routes", false);
    }
    all.put("authpipe.link.port", link.port());
    all.put(LISTENERS + "dashboard.expose-default-routes", true);
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
    all.put("micronaut.security.endpoints.introspection.enabled", false);
    all.put("micronaut.server.cors.localhost-pass-through", true); // our own guard answers, in our own shape
    all.put("micronaut.server.max-request-size", JSON_BODY_LIMIT);
    all.put("micronaut.server.netty.max-header-size", 32 * 1024);
    all.put("micronaut.server.netty.max-initial-line-length", 16 * 1024);
    all.put("micronaut.server.idle-timeout", "65s");
    all.put("micronaut.server.date-header", true);
    all.put("micronaut.lifecycle.graceful-shutdown.enabled", true);
    return all;
  }

  private static void listener(Map<String, Object> all, String name, Address address, boolean tls) {
    all.put(LISTENERS + name + ".host", address.host());
    all.put(LISTENERS + name + ".port", address.port());
    all.put(LISTENERS + name + ".ssl", tls);
  }
}
