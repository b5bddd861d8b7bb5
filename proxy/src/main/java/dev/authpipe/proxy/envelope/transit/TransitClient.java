package dev.authpipe.proxy.envelope.transit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Posts to a transit engine: one request per call, no redirect, an answer of 64 KiB at most, all within the deadline. Must never keep the
 * token or put it, or an answer's text, into an exception.
 */
final class TransitClient implements AutoCloseable {
  private static final int ANSWER_MOST = 64 * 1024;
  private static final int TOKEN_MOST = 4_096;
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** What the server answered. */
  record Reply(int status, JsonNode body) {}

  private final TransitKekSettings settings;
  private final Duration deadline;
  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient http;

  TransitClient(TransitKekSettings settings, Duration deadline) {
    this.settings = settings;
    this.deadline = deadline;
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(PROTOCOLS);
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(deadline)
        .followRedirects(HttpClient.Redirect.NEVER).sslParameters(parameters);
    if (settings.trustedCertificates() != null) {
      builder.sslContext(trusting(settings.trustedCertificates()));
    }
    this.http = builder.build();
  }

  ObjectNode object() {
    return mapper.createObjectNode();
  }

  Reply post(String operation, ObjectNode body, SecretText token) {
    return send(settings.mount() + "/" + operation + "/" + settings.key(), body, token);
  }

  /** What the token may do at these paths. */
  Reply capabilities(Collection<String> paths, SecretText token) {
    ObjectNode body = object();
    paths.forEach(body.putArray("paths")::add);
    return send("sys/capabilities-self", body, token);
  }

  private Reply send(String path, ObjectNode body, SecretText token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.address() + "/v1/" + path))
        .timeout(deadline).header("Content-Type", "application/json").header("X-Vault-Request", "true")
        .header("X-Vault-Token", printable(token));
    String namespace = settings.namespace();
    if (namespace != null) {
      request.header("X-Vault-Namespace", namespace);
    }
    HttpResponse<byte[]> answer = answer(request.POST(HttpRequest.BodyPublishers.ofByteArray(bytes(body))).build());
    try {
      return new Reply(answer.statusCode(), mapper.readTree(answer.body()));
    } catch (IOException noJson) {
      return new Reply(answer.statusCode(), mapper.createObjectNode());
    }
  }

  /** A header with control characters would be repeated in the exception of whoever refuses it. */
  private static String printable(SecretText token) {
    byte[] utf8 = token.exposeUtf8();
    boolean fits = utf8.length > 0 && utf8.length <= TOKEN_MOST;
    for (byte one : utf8) {
      fits &= one > ' ' && one < 0x7f;
    }
    if (!fits) {
      throw new KekRefusedException(KekRefusedException.Reason.NO_CREDENTIALS);
    }
    return token.expose();
  }

  private HttpResponse<byte[]> answer(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request,
        BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MOST));
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new KekOutageException("deadline");
    } catch (ExecutionException failure) {
      throw new KekOutageException("no answer");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new KekOutageException("interrupted");
    } finally {
      answer.cancel(true);
    }
  }

  private byte[] bytes(ObjectNode body) {
    try {
      return mapper.writeValueAsBytes(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("text could not be written as JSON");
    }
  }

  private static SSLContext trusting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + number++, one);
      }
      if (number == 0) {
        throw new KekOutageException("trusted certificates"); // none would mean nobody, not everybody
      }
      TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException unreadable) {
      throw new KekOutageException("trusted certificates");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
