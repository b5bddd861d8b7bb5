package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * Sends batches to the API of a proxy. A batch whose answer was lost is sent again under the same {@code Idempotency-Key}, so that it is made once;
 * that key is a hash of the API key and the batch and tells nothing of either. Follows no redirect, and speaks plain HTTP on loopback only.
 */
final class ImportPost implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final int MOST_TRIES = 6;
  private static final long LONGEST_WAIT = 60;
  private static final byte[] HEAD = "{\"connections\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAIL = "]}".getBytes(StandardCharsets.US_ASCII);

  private final URI address;
  private final SecretText apiKey;
  private final HttpClient client;

  /**
   * What became of a batch.
   *
   * @param ids   of the connections, in the order of the rows; empty when it was refused
   * @param wrong why not; empty when it was made
   */
  record Answer(List<String> ids, List<ImportLines.Wrong> wrong) {}

  /**
   * @param origin of the API listener
   * @param trusted PEM file of certificate authorities instead of the platform's; null: those
   */
  ImportPost(URI origin, @Nullable Path trusted, SecretText apiKey) {
    boolean loopback = origin.getHost() != null && origin.getHost().matches("localhost|127\\.0\\.0\\.1|\\[::1]");
    if (!"https".equals(origin.getScheme()) && !(loopback && "http".equals(origin.getScheme()))) {
      throw new StartupException("--url begins with https://, or with http:// on loopback: what is imported are secrets");
    }
    this.address = origin.resolve("/v1/connections/batch");
    this.apiKey = apiKey;
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(Duration.ofSeconds(10))
        .sslParameters(new SSLParameters(null, new String[]{"TLSv1.3"}));
    this.client = (trusted == null ? builder : builder.sslContext(trusting(trusted))).build();
  }

  /** Sends a batch until there is an answer to go by. */
  Answer send(List<ImportRow> rows) {
    byte[] body = body(rows);
    try {
      String once = digest(body);
      String trouble = "";
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        long wait = 1L << tries;
        try {
          HttpResponse<InputStream> answer = client.send(request(body, once), HttpResponse.BodyHandlers.ofInputStream());
          JsonNode tree = tree(answer);
          switch (answer.statusCode()) {
            case 200, 201 -> {
              return new Answer(ids(tree, rows.size()), List.of());
            }
            case 409, 429, 502, 503, 504 -> wait = answer.headers().firstValueAsLong("Retry-After").orElse(wait);
            default -> {
              return new Answer(List.of(), wrong(tree, answer.statusCode(), rows));
            }
          }
          trouble = "status " + answer.statusCode() + ", " + code(tree);
        } catch (IOException lost) {
          trouble = lost.getClass().getSimpleName();
        }
        LockSupport.parkNanos(Duration.ofSeconds(Math.clamp(wait, 1, LONGEST_WAIT)).toNanos());
      }
      throw new StartupException("the proxy at " + address.getHost() + " did not take it: " + trouble);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new StartupException("stopped", stopped);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private HttpRequest request(byte[] body, String once) {
    return HttpRequest.newBuilder(address).timeout(DEADLINE).header("Authorization", "Bearer " + apiKey.expose())
        .header("Content-Type", "application/json").header("User-Agent", "authpipe-import").header("Idempotency-Key", once)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
  }

  private static byte[] body(List<ImportRow> rows) {
    int length = HEAD.length + TAIL.length + rows.size() - 1 + rows.stream().mapToInt(ImportRow::length).sum();
    byte[] body = new byte[length];
    System.arraycopy(HEAD, 0, body, 0, HEAD.length);
    int at = HEAD.length;
    for (ImportRow row : rows) {
      if (at > HEAD.length) {
        body[at++] = ',';
      }
      row.copyTo(body, at);
      at += row.length();
    }
    System.arraycopy(TAIL, 0, body, at, TAIL.length);
    return body;
  }

  /** A hash that begins with the API key, whose 256 random bits keep what was hashed from being guessed. */
  private String digest(byte[] body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(apiKey.exposeUtf8());
      sha256.update((byte) 0);
      return "import-" + HexFormat.of().formatHex(sha256.digest(body));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK has no SHA-256", impossible);
    }
  }

  private static JsonNode tree(HttpResponse<InputStream> answer) throws IOException {
    try (InputStream in = answer.body()) {
      byte[] bytes = in.readNBytes(16 * 1024 * 1024);
      return bytes.length == 0 ? JSON.missingNode() : JSON.readTree(bytes);
    }
  }

  private static List<String> ids(JsonNode tree, int rows) {
    List<String> ids = new ArrayList<>();
    tree.path("data").forEach(one -> ids.add(one.path("id").asText()));
    if (!tree.path("data").isArray() || ids.size() > rows) {
      throw new StartupException("the proxy's answer is not that of an import");
    }
    return ids;
  }

  private static List<ImportLines.Wrong> wrong(JsonNode tree, int status, List<ImportRow> rows) {
    List<ImportLines.Wrong> wrong = new ArrayList<>();
    for (JsonNode one : tree.path("errors")) {
      String[] place = one.path("pointer").asText().split("/", 4);
      int row = place.length > 2 && place[2].matches("[0-9]{1,6}") ? Integer.parseInt(place[2]) : -1;
      if (row >= 0 && row < rows.size()) {
        wrong.add(new ImportLines.Wrong(rows.get(row).line(), place.length > 3 ? "/" + place[3] : "", one.path("code").asText(),
            one.path("detail").asText()));
      }
    }
    if (wrong.isEmpty()) {
      throw new StartupException("the proxy refused the batch: status " + status + ", " + code(tree) + ": "
          + tree.path("detail").asText());
    }
    return wrong;
  }

  private static String code(JsonNode tree) {
    return tree.path("code").asText("no code");
  }

  private static SSLContext trusting(Path trusted) {
    try (InputStream pem = Files.newInputStream(trusted)) {
      KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        roots.setCertificateEntry("root-" + roots.size(), certificate);
      }
      TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(roots);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException unreadable) {
      throw new StartupException("--ca: " + trusted + " is not a readable PEM file of certificates", unreadable);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
