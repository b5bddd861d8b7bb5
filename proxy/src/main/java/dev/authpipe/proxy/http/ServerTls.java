package dev.authpipe.proxy.http;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLException;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.netty.ssl.CertificateProvidedSslBuilder;
import io.micronaut.http.server.netty.ssl.ServerSslBuilder;
import io.micronaut.http.ssl.ServerSslConfiguration;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.3 of the listeners (S94). Looks at its files for changes: new handshakes have what is there now, connections that
 * are open go on, and what cannot be used changes nothing. Must never fall back to another version or to plain text. Thread-safe.
 */
@Singleton
@Replaces(CertificateProvidedSslBuilder.class)
@Requires(property = "micronaut.server.ssl.enabled", value = "true")
public final class ServerTls implements ServerSslBuilder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
  private static final List<String> VERSIONS = List.of("TLSv1.3");
  /** How long a handshake may be abbreviated: what it proved is as old as that. */
  private static final long SESSION_SECONDS = 3600;

  private final ServerSslConfiguration configuration;
  private final ListenerTls tls;
  private final Clock clock;
  private final SwitchingContext context;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicLong refused = new AtomicLong();
  private volatile ServerKey current;
  private byte[] seen;

  ServerTls(ListenerSettings listeners, ServerSslConfiguration configuration, Clock clock) {
    this.configuration = configuration;
    this.clock = clock;
    ListenerTls with = listeners.tls();
    if (with == null) {
      throw new IllegalArgumentException("the listeners have no certificate");
    }
    this.tls = with;
    this.seen = FileMarks.of(tls);
    this.current = ServerKey.read(tls);
    this.context = new SwitchingContext(made(current), listeners.api().port(), tls.clients());
  }

  /**
   * Reads the files of the listeners' TLS; answers the server's certificate.
   *
   * @throws IllegalArgumentException that says in one sentence what is wrong with them
   */
  public static X509Certificate verify(ListenerTls tls) {
    ServerKey key = ServerKey.read(tls);
    CallerTrust.of(tls.clientAuthorities());
    return key.leaf();
  }

  private SslContext made(ServerKey key) {
    try {
      return SslContextBuilder.forServer(key.key(), key.chain()).sslProvider(SslProvider.JDK).protocols(VERSIONS)
          .trustManager(CallerTrust.of(tls.clientAuthorities())).sessionTimeout(SESSION_SECONDS)
          .applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2,
              ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (SSLException unusable) {
      throw new IllegalArgumentException("the key of the listeners cannot be used for TLS 1.3", unusable);
    }
  }

  @PostConstruct
  void start() {
    if (!clock.instant().isBefore(current.end())) {
      LOG.error("the certificate of the listeners ended on {}; put a new one into {}", current.end(), tls.certificate());
    }
    Thread.ofVirtual().name("certificate-reload").start(this::lookUntilStopped);
  }

  /** Looks once; false: nothing has changed since the last look. */
  synchronized boolean look() {
    byte[] there = FileMarks.of(tls);
    if (Arrays.equals(there, seen)) {
      return false;
    }
    seen = there;
    try {
      ServerKey next = ServerKey.read(tls);
      if (!clock.instant().isBefore(next.end())) {
        throw new IllegalArgumentException("the certificate in " + tls.certificate() + " ended on " + next.end());
      }
      context.become(made(next));
      current = next;
      LOG.info("the certificate of the listeners was replaced; the new one is good until {}", next.end());
    } catch (RuntimeException wrong) {
      refused.incrementAndGet();
      LOG.error("the changed certificate of the listeners was refused and the last good one stays in force: {}",
          wrong.getMessage());
    }
    return true;
  }

  private void lookUntilStopped() {
    try {
      while (!stopped.await(tls.lookEvery().toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** When the certificate in force ends. */
  public Instant end() {
    return current.end();
  }

  /** How many changed certificates were refused. */
  public long refused() {
    return refused.get();
  }

  @Override
  public ServerSslConfiguration getSslConfiguration() {
    return configuration;
  }

  @Override
  public Optional<SslContext> build() {
    return Optional.of(context);
  }

  @Override
  @PreDestroy
  public void close() {
    stopped.countDown();
  }
}
