package dev.authpipe.proxy.forward;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

import dev.authpipe.proxy.egress.EgressSettings;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http2.Http2Front;
import dev.authpipe.testkit.http2.RawHttp2Server;

/** The way a provider of a test is reached: plainly over HTTP/1.1, or over HTTP/2 with TLS. */
record ProviderDoor(URI origin, EgressSettings egress, IntSupplier connections, Closeable end) implements Closeable {
  private static final String NAME = "provider.example";
  private static final TestCertificates CERTIFICATES = TestCertificates.create();

  static ProviderDoor http1(LoopbackServer provider) {
    return new ProviderDoor(provider.origin(), EgressSettings.defaults().withStandIns(Set.of(provider.origin())),
        provider::openConnections, () -> {});
  }

  static ProviderDoor http2(LoopbackServer provider) {
    Http2Front front = Http2Front.start(CERTIFICATES.issue(NAME).context(), provider.port());
    URI origin = URI.create("https://" + NAME + ":" + front.port());
    return new ProviderDoor(origin, trusting(origin), front::openConnections, front::close);
  }

  static ProviderDoor http2(RawHttp2Server.Script script) {
    RawHttp2Server server = RawHttp2Server.start(CERTIFICATES.issue(NAME).context(), script);
    URI origin = URI.create("https://" + NAME + ":" + server.port());
    return new ProviderDoor(origin, trusting(origin), server::connections, server::close);
  }

  /** Trusts the test's authority, and lets the origin be on loopback. */
  static EgressSettings trusting(URI origin) {
    try {
      Path authority = Files.createTempFile("authority", ".pem");
      authority.toFile().deleteOnExit();
      Files.writeString(authority, CERTIFICATES.authorityPem());
      EgressSettings usual = EgressSettings.defaults();
      return new EgressSettings(List.of(), List.of(), List.of(authority), Set.of(origin), Duration.ofSeconds(5),
          usual.idlePerOrigin(), usual.idleTimeout(), usual.http2Connections());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A forward route to this provider. */
  ForwardProbe probe(String path) {
    return new ForwardProbe(origin.resolve(path), egress, host -> List.of(InetAddress.getLoopbackAddress()));
  }

  int openConnections() {
    return connections.getAsInt();
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
