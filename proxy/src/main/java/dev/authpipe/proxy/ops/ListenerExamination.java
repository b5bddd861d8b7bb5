package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ListenerSettings.Listener;

/** Looks at where the proxy listens, and at the certificate that others have to believe. Listens for a moment where nobody else does. */
final class ListenerExamination {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private ListenerExamination() {}

  static List<Finding> of(Deployment deployment, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    SettingValues values = deployment.values();
    addresses(findings, deployment);
    if (isEverywhere(values.get(Settings.API_HOST))) {
      findings.add(Finding.weak(Check.LISTENERS, "listeners.api.host is " + values.get(Settings.API_HOST)
          + ": the API listener is reachable wherever this host is", "bind it to an address inside"));
    }
    findings.add(Examination.looked(Check.LISTENER_CERTIFICATE, () -> certificate(deployment, clock)));
    return findings;
  }

  private static void addresses(List<Finding> findings, Deployment deployment) {
    SettingValues values = deployment.values();
    Map<String, Listener> all = new TreeMap<>();
    all.put("api", new Listener(values.get(Settings.API_HOST), values.get(Settings.API_PORT)));
    all.put("connect", new Listener(values.get(Settings.CONNECT_HOST), values.get(Settings.CONNECT_PORT)));
    Listener management = new Listener(values.get(Settings.MANAGEMENT_HOST), values.get(Settings.MANAGEMENT_PORT));
    all.put("management", management);
    boolean running = management.isLoopback() ? isRunning(management) : OwnListener.answers(management, deployment);
    List<String> ours = new ArrayList<>();
    all.forEach((name, listener) -> {
      String at = name + " " + listener.host() + ":" + listener.port();
      if (running) {
        ours.add(at);
      } else {
        obstacle(listener).ifPresentOrElse(why -> findings.add(Finding.failed(Check.LISTENERS, at + ": " + why)),
            () -> ours.add(at));
      }
    });
    if (!ours.isEmpty()) {
      findings.add(Finding.ok(Check.LISTENERS, String.join(", ", ours) + (running ? "; a proxy is running there" : " are free")));
    }
  }

  private static Optional<String> obstacle(Listener listener) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(bare(listener.host())), listener.port()), 1);
      return Optional.empty();
    } catch (UnknownHostException unknown) {
      return Optional.of("the host is unknown");
    } catch (IOException taken) {
      return Optional.of("the address is not ours, or another program listens there");
    }
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isEverywhere(String host) {
    return bare(host).equals("0.0.0.0") || bare(host).equals("::");
  }

  /** Whether a proxy answers there: then its listeners are rightly in use. */
  private static boolean isRunning(Listener management) {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      return client
          .send(HttpRequest.newBuilder(URI.create("http://" + management.host() + ":" + management.port() + "/health/live"))
              .timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode() == 200;
    } catch (IOException | IllegalArgumentException nobody) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Finding certificate(Deployment deployment, Clock clock) {
    X509Certificate leaf = deployment.certificate().orElse(null);
    if (leaf == null) {
      return "https".equals(deployment.publicUrl().getScheme())
          ? Finding.ok(Check.LISTENER_CERTIFICATE, "none: what ends TLS in front of loopback has it")
          : Finding.weak(Check.LISTENER_CERTIFICATE, "none: the listeners serve loopback only", "set listeners.tls");
    }
    Finding judged = CertificateDates.judge(Check.LISTENER_CERTIFICATE, "the certificate of the listeners", leaf, clock);
    return judged.grade() != Finding.Grade.OK || isFor(leaf, deployment.publicUrl())
        ? judged
        : Finding.weak(Check.LISTENER_CERTIFICATE, "it is not for " + deployment.publicUrl().getHost()
            + ", the host of listeners.connect.public_url; browsers refuse it unless another stands in front");
  }

  /** Whether a name of the certificate is the host's (RFC 9525). */
  private static boolean isFor(X509Certificate leaf, URI origin) {
    String host = bare(origin.getHost()).toLowerCase(Locale.ROOT);
    try {
      @Nullable
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      return names != null && names.stream().map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT))
          .anyMatch(name -> name.equals(host) || (name.startsWith("*.") && host.indexOf('.') > 0
              && name.substring(1).equals(host.substring(host.indexOf('.')))));
    } catch (CertificateParsingException odd) {
      return false;
    }
  }
}
