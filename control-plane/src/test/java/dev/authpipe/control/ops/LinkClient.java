package dev.authpipe.control.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.jspecify.annotations.Nullable;

/** Plays a proxy on the link: its own self-signed key, HTTP/1.1 over TLS 1.3, and bytes as docs/link-format.md has them, made here anew. */
public final class LinkClient {
  /** Of the vectors: nobody's in these tests. */
  public static final String CHECKPOINT_KEY = "authpipe/acme+d12325e7+AeIuehr1ozoVbCFsd5JQ0lVAoEQkrpf6LZiHi0v25xvQ";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A key with its self-signed certificate. */
  public record Key(X509Bundle bundle) {
    public static Key create() {
      try {
        return new Key(new CertificateBuilder().ecp256().subject("CN=whoever").setIsCertificateAuthority(true).buildSelfSigned());
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    }

    public String identity() {
      return HexFormat.of().formatHex(sha256(bundle.getKeyPair().getPublic().getEncoded()));
    }

    void write(Path file, String password) {
      write(file, password, this);
    }

    void write(Path file, String password, Key certified) {
      try (OutputStream out = Files.newOutputStream(file)) {
        keyStore(password, certified).store(out, password.toCharArray());
      } catch (IOException | GeneralSecurityException failure) {
        throw new IllegalStateException(failure);
      }
    }

    private KeyStore keyStore(String password, Key certified) throws IOException, GeneralSecurityException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("link", bundle.getKeyPair().getPrivate(), password.toCharArray(),
          new X509Certificate[]{certified.bundle.getCertificate()});
      return store;
    }

    SSLContext context() {
      try {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keyStore("x", this), "x".toCharArray());
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), new TrustManager[]{new Pinned(null)}, null);
        return context;
      } catch (IOException | GeneralSecurityException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  private final URI link;
  private Key key;
  private HttpClient http;
  private @Nullable String dataPlane;
  private @Nullable String commandKey;

  LinkClient(URI link, Key key) {
    this.link = link;
    this.key = key;
    this.http = client(key);
  }

  private static HttpClient client(Key key) {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(key.context())
        .connectTimeout(Duration.ofSeconds(10)).build();
  }

  public Key key() {
    return key;
  }

  /** Goes on with another key, over new connections. */
  public void use(Key next) {
    key = next;
    http = client(next);
  }

  public String dataPlane() {
    return String.valueOf(dataPlane);
  }

  /** The raw command key in hexadecimal. */
  String commandKey() {
    return String.valueOf(commandKey);
  }

  /** Enrols with a code as an operator carries it. */
  public void enrol(String code) {
    enrol(code, CHECKPOINT_KEY);
  }

  /** As the other, with a key of one's own for checkpoints. */
  void enrol(String code, String checkpointKey) {
    JsonNode answer = post("/link/v1/enrol", enrolment(proof(code, key), checkpointKey)).expect(200).json();
    dataPlane = answer.path("data_plane").asText();
    commandKey = answer.path("command_key").asText();
    if (!HexFormat.of().formatHex(sha256(HexFormat.of().parseHex(commandKey()))).equals(part(code, 33))) {
      throw new AssertionError("the command key is not that of the code");
    }
  }

  /** The body of an enrolment. */
  public static String enrolment(String proof, String checkpointKey) {
    return "{\"v\":1,\"code_proof\":\"" + proof + "\",\"software\":\"test\",\"checkpoint_key\":\"" + checkpointKey + "\"}";
  }

  /** The proof of a code for a key. */
  public static String proof(String code, Key key) {
    byte[] payload = payload(code);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(payload, 65, 32, "HmacSHA256"));
      mac.update(ByteBuffer.allocate(17 + 32).put("authpipe enrol v1".getBytes(StandardCharsets.US_ASCII)).array(), 0, 17);
      mac.update((byte) 0);
      mac.update(payload, 1, 32);
      return HexFormat.of().formatHex(mac.doFinal(HexFormat.of().parseHex(key.identity())));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String part(String code, int from) {
    return HexFormat.of().formatHex(payload(code), from, from + 32);
  }

  private static byte[] payload(String code) {
    if (!code.startsWith("ap_enrol_")) {
      throw new AssertionError("not an enrolment code");
    }
    return Base64.getUrlDecoder().decode(code.substring("ap_enrol_".length()));
  }

  public ControlClient.Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  public ControlClient.Answer post(String path, String body) {
    return send("POST", path, body);
  }

  /** Sends over the link. */
  ControlClient.Answer send(String method, String path, @Nullable String body, String... headers) {
    return sendAsync(method, path, body, headers).join();
  }

  CompletableFuture<ControlClient.Answer> sendAsync(String method, String path, @Nullable String body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(link.resolve(path)).timeout(Duration.ofSeconds(40)).method(method,
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray()).thenApply(
        response -> new ControlClient.Answer(response.statusCode(), response.headers(),
            new String(response.body(), StandardCharsets.UTF_8)));
  }

  /** Sends reports; each is the inside of its object without kind, time and workspace. */
  public ControlClient.Answer report(long first, Report... reports) {
    StringBuilder all = new StringBuilder();
    for (Report report : reports) {
      all.append(all.isEmpty() ? "" : ",").append(report.json());
    }
    return post("/link/v1/reports", "{\"v\":1,\"first\":" + first + ",\"reports\":[" + all + "]}");
  }

  /** One report. */
  public record Report(String kind, String workspace, Map<String, Object> members) {
    String json() {
      Map<String, Object> all = new LinkedHashMap<>(members);
      all.put("kind", kind);
      all.putIfAbsent("at", "2026-11-01T10:00:00.000Z");
      all.put("workspace", workspace);
      try {
        return JSON.writeValueAsString(all);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static TrustManager anyServer() {
    return new Pinned(null);
  }

  /** A random TypeID of a prefix, in the form of the link. */
  public static String id(String prefix) {
    String digits = "0123456789abcdefghjkmnpqrstvwxyz";
    SecureRandom random = new SecureRandom();
    StringBuilder text = new StringBuilder(prefix + "_0");
    for (int i = 0; i < 25; i++) {
      text.append(digits.charAt(random.nextInt(32)));
    }
    return text.toString();
  }

  /** Takes a server of one identity, or any. */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final @Nullable String identity;

    Pinned(@Nullable String identity) {
      this.identity = identity;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (identity != null && !HexFormat.of().formatHex(sha256(chain[0].getPublicKey().getEncoded())).equals(identity)) {
        throw new CertificateException("another server");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
      throw new CertificateException("a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
      throw new CertificateException("a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
      throw new CertificateException("a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
