package dev.authpipe.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundException.Sent;

/** Providers that offer one version of TLS each, on both ways out. */
@Tag("S28")
class TlsVersionTest {
  private static final String NAME = "provider.example";
  /** Major and minor of TLS 1.1 in a server's hello: type, length, version, 32 bytes, no session, AES-128-SHA, no compression. */
  private static final String HELLO_OF_1_1 = "160302002a020000260302" + "5a".repeat(32) + "00002f00";

  @TempDir
  static Path folder;

  private static X509Bundle authority;
  private static Path trusted;
  private static OneVersion newest;
  private static OneVersion older;

  @BeforeAll
  static void start() throws Exception {
    authority = new CertificateBuilder().subject("CN=Test authority").setIsCertificateAuthority(true).ecp256().buildSelfSigned();
    trusted = Files.writeString(folder.resolve("authority.pem"), authority.getCertificatePEM());
    newest = new OneVersion("TLSv1.3");
    older = new OneVersion("TLSv1.2");
  }

  @AfterAll
  static void stop() throws IOException {
    newest.close();
    older.close();
  }

  @Test
  void aProviderOf12IsSpokenToWhereItsFileSaysSoAndNowhereElse() throws OutboundException {
    assertThat(status(newest, TlsVersion.TLS_1_3)).isEqualTo(200);
    assertThat(status(newest, TlsVersion.TLS_1_2)).isEqualTo(200);
    assertThat(status(older, TlsVersion.TLS_1_2)).isEqualTo(200);
    int before = older.requests.get();
    OutboundException refused = catchThrowableOfType(OutboundException.class, () -> status(older, TlsVersion.TLS_1_3));
    assertThat(refused).as("an exchange with TLS 1.2").isNotNull();
    assertThat(refused.failure()).isEqualTo(Failure.TLS);
    assertThat(refused.sent()).isEqualTo(Sent.NOT_SENT);
    assertThat(older.requests.get()).isEqualTo(before);
  }

  @Test
  void proxiedCallsAreHeldToItAndShareNoConnection() throws Exception {
    try (MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
      EventLoop loop = loops.next();
      EgressSettings settings = settings(older.port());
      UpstreamConnections upstreams = new UpstreamConnections(new Dialer(settings, _ -> loopback()), settings);
      Origin origin = Origin.of(address(older.port()));
      Http1Upstream made = (Http1Upstream) connect(upstreams, origin, TlsVersion.TLS_1_2, loop).get(10,
          TimeUnit.SECONDS);
      assertThat(made.channel().pipeline().get(SslHandler.class).engine().getSession().getProtocol()).isEqualTo("TLSv1.2");
      assertThat(onLoop(loop, () -> {
        made.release();
        return upstreams.idle(kind(origin, TlsVersion.TLS_1_3)) == null;
      })).as("one that is of 1.2 is nobody's who wants 1.3").isTrue();
      assertThat(onLoop(loop, () -> made.equals(upstreams.idle(kind(origin, TlsVersion.TLS_1_2))))).isTrue();
      assertThat(connect(upstreams, origin, TlsVersion.TLS_1_3, loop).await().cause())
          .isInstanceOfSatisfying(OutboundException.class, refused -> assertThat(refused.failure()).isEqualTo(Failure.TLS));
      made.abort();
    }
  }

  @Test
  void aProviderOf11IsNeverSpokenTo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, loopback().getFirst())) {
      for (TlsVersion least : TlsVersion.values()) {
        CompletableFuture<Integer> answered = CompletableFuture.supplyAsync(() -> answerAs11(server));
        OutboundException refused = catchThrowableOfType(OutboundException.class, () -> status(server.getLocalPort(), least));
        assertThat(refused.failure()).as(least.number()).isEqualTo(Failure.TLS);
        assertThat(answered.get(10, TimeUnit.SECONDS)).as("an alert").isEqualTo(0x15);
      }
    }
  }

  /** Takes a handshake and chooses TLS 1.1; answers the type of the record that comes back. */
  private static int answerAs11(ServerSocket server) {
    try (Socket socket = server.accept(); InputStream in = socket.getInputStream(); OutputStream out = socket.getOutputStream()) {
      byte[] head = in.readNBytes(5);
      in.readNBytes((head[3] & 0xFF) << 8 | (head[4] & 0xFF));
      out.write(HexFormat.of().parseHex(HELLO_OF_1_1));
      return in.read();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static UpstreamKind kind(Origin origin, TlsVersion least) {
    return new UpstreamKind(origin, least, HttpOffer.UP_TO_2);
  }

  private static Future<Upstream> connect(UpstreamConnections upstreams, Origin origin, TlsVersion least, EventLoop loop)
      throws Exception {
    return loop.submit(() -> upstreams.connect(kind(origin, least), loop, NioSocketChannel.class)).get(10, TimeUnit.SECONDS);
  }

  private static boolean onLoop(EventLoop loop, java.util.concurrent.Callable<Boolean> work) throws Exception {
    return loop.submit(work).get(10, TimeUnit.SECONDS);
  }

  private static int status(OneVersion provider, TlsVersion least) throws OutboundException {
    return status(provider.port(), least);
  }

  private static int status(int port, TlsVersion least) throws OutboundException {
    try (DirectOutbound outbound = new DirectOutbound(new Dialer(settings(port), _ -> loopback()))) {
      return outbound.exchange(OutboundRequest.of("GET", address(port)).withTls(least)).status();
    }
  }

  private static List<InetAddress> loopback() {
    return List.of(InetAddress.getLoopbackAddress());
  }

  private static URI address(int port) {
    return URI.create("https://" + NAME + ":" + port);
  }

  private static EgressSettings settings(int port) {
    return new EgressSettings(List.of(), List.of(), List.of(trusted), Set.of(address(port)), Duration.ofSeconds(5), 4,
        Duration.ofSeconds(30), 8);
  }

  /** An HTTP server that speaks one version of TLS and answers 200 to everything. */
  private static final class OneVersion implements AutoCloseable {
    final AtomicInteger requests = new AtomicInteger();
    private final SSLServerSocket socket;

    OneVersion(String version) throws Exception {
      X509Bundle server = new CertificateBuilder().subject("CN=" + NAME).addSanDnsName(NAME).ecp256().buildIssuedBy(authority);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(server.toKeyManagerFactory().getKeyManagers(), null, null);
      socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 10, loopback().getFirst());
      socket.setEnabledProtocols(new String[]{version});
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          Socket one = socket.accept();
          Thread.ofVirtual().start(() -> serve(one));
        } catch (IOException closed) {
          return;
        }
      }
    }

    private void serve(Socket one) {
      try (one; BufferedReader in = new BufferedReader(new InputStreamReader(one.getInputStream(), StandardCharsets.US_ASCII))) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (line.isEmpty()) {
            requests.incrementAndGet();
            one.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          }
        }
      } catch (IOException refused) {
        return; // a handshake that came to nothing
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
