package dev.authpipe.testkit.kms;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.LoopbackServer;

/**
 * The transit secrets engine of Vault and OpenBao on a loopback port: {@code encrypt} and {@code decrypt} of derived keys, with
 * {@code context} and {@code associated_data}, a token, a namespace and the answers that the real ones give. Never for anything but tests.
 */
public final class TransitServer implements AutoCloseable {
  private static final int LARGEST_BODY = 64 * 1024;
  private static final Pattern PATH = Pattern.compile("/v1/([a-z0-9/-]+)/(encrypt|decrypt)/([A-Za-z0-9_-]+)");
  private static final Pattern CIPHERTEXT = Pattern.compile("vault:v(\\d{1,10}):(.*)", Pattern.DOTALL);

  private final String mount;
  private final String namespace;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, KmsKey> keys = new ConcurrentHashMap<>();
  private final LoopbackServer server;
  private volatile String token;
  private volatile @Nullable Answer scripted;
  private final Map<String, List<String>> capabilities = new ConcurrentHashMap<>();

  private TransitServer(String mount, String namespace, @Nullable SSLContext tls) {
    this.mount = mount;
    this.namespace = namespace;
    this.token = newToken();
    this.server = LoopbackServer.start(this::handle, tls);
  }

  /** Starts one with its engine at a mount, in a namespace (empty: the root's), with TLS when a context is given. */
  public static TransitServer start(String mount, String namespace, @Nullable SSLContext tls) {
    return new TransitServer(mount, namespace, tls);
  }

  public URI origin() {
    return server.origin();
  }

  /** The server under it, to take it away and bring it back. */
  public LoopbackServer server() {
    return server;
  }

  /** A new derived key. */
  public KmsKey key(String name) {
    var key = new KmsKey(name);
    keys.put(name, key);
    return key;
  }

  /** The token that is accepted. */
  public String token() {
    return token;
  }

  /** Another token is accepted from now on, and no longer the one before. */
  public String renewToken() {
    token = newToken();
    return token;
  }

  /** Lets the token do something at a path beside encrypting and decrypting; none: no longer. */
  public void allow(String path, String... what) {
    capabilities.put(path, List.of(what));
  }

  /** What everybody is answered instead; null: no more. */
  public void answerAlways(@Nullable Answer answer) {
    scripted = answer;
  }

  @Override
  public void close() {
    server.close();
  }

  private void handle(Exchange exchange) throws IOException {
    var body = exchange.body().readNBytes(LARGEST_BODY);
    var instead = scripted;
    exchange.answer(instead != null ? instead : answer(exchange, body));
  }

  private Answer answer(Exchange exchange, byte[] body) throws IOException {
    var request = exchange.request();
    var path = PATH.matcher(request.rawPath());
    var given = request.header("X-Vault-Token").orElse("");
    if (given.isEmpty()) {
      return error(403, "missing client token");
    }
    if (!given.equals(token)) {
      return error(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n");
    }
    if (request.rawPath().equals("/v1/sys/capabilities-self")) {
      return capabilities(mapper.readTree(body));
    }
    if (!path.matches() || !path.group(1).equals(mount) || !request.header("X-Vault-Namespace").orElse("").equals(namespace)) {
      return error(404, "no handler for route \"" + request.rawPath() + "\". route entry not found.");
    }
    if (!request.method().equals("POST") && !request.method().equals("PUT")) {
      return error(405, "unsupported operation");
    }
    var key = keys.get(path.group(3));
    if (key == null) {
      return error(400, "encryption key not found");
    }
    return switch (key.take()) {
      case WORKS -> work(key, path.group(2), mapper.readTree(body));
      case DENIED -> error(403, "1 error occurred:\n\t* permission denied\n\n");
      case DISABLED -> error(400, "ciphertext or signature version is disallowed by policy (too old)");
      case PENDING_DELETION -> error(400, "encryption key is soft-deleted");
      case GONE -> error(400, "encryption key not found");
      case THROTTLED -> error(429, "request path \"" + mount + "\": rate limit quota exceeded");
      case BROKEN -> error(500, "internal error");
    };
  }

  private Answer capabilities(JsonNode asked) {
    var answer = mapper.createObjectNode();
    var data = answer.putObject("data");
    asked.path("paths").forEach(path -> {
      var there = data.putArray(path.asText());
      var allowed = capabilities.getOrDefault(path.asText(), List.of());
      (allowed.isEmpty() ? List.of("deny") : allowed).forEach(there::add);
    });
    return Answer.json(200, answer.toString());
  }

  private Answer work(KmsKey key, String operation, JsonNode asked) {
    if (asked.path("context").asText().isEmpty()) {
      return error(400, "missing 'context' for key derivation; the key was created using a derived key, which means additional,"
          + " per-request information must be included in order to perform operations with the key");
    }
    var context = context(asked);
    if (operation.equals("encrypt")) {
      var sealed = key.encrypt(Base64.getDecoder().decode(asked.path("plaintext").asText()), context);
      return data("ciphertext", "vault:v" + key.version() + ":" + Base64.getEncoder().encodeToString(sealed));
    }
    var ciphertext = CIPHERTEXT.matcher(asked.path("ciphertext").asText());
    if (!ciphertext.matches()) {
      return error(400, "invalid ciphertext: no prefix");
    }
    var version = Long.parseLong(ciphertext.group(1));
    if (version > key.version()) {
      return error(400, "invalid ciphertext: version is too new");
    }
    try {
      var bytes = Base64.getDecoder().decode(ciphertext.group(2));
      var own = bytes.length >= 12 && ByteBuffer.wrap(Arrays.copyOfRange(bytes, 8, 12)).getInt() == version;
      return (own ? key.decrypt(bytes, context) : java.util.Optional.<byte[]>empty())
          .map(plaintext -> data("plaintext", Base64.getEncoder().encodeToString(plaintext)))
          .orElseGet(() -> error(400, "cipher: message authentication failed"));
    } catch (IllegalArgumentException e) {
      return error(400, "invalid ciphertext: could not decode base64");
    }
  }

  /** What derives the key and what is authenticated besides, as one. */
  private static byte[] context(JsonNode asked) {
    var derivation = Base64.getDecoder().decode(asked.path("context").asText());
    var associated = Base64.getDecoder().decode(asked.path("associated_data").asText());
    return ByteBuffer.allocate(Integer.BYTES + derivation.length + associated.length).putInt(derivation.length).put(derivation)
        .put(associated).array();
  }

  private Answer data(String member, String value) {
    var answer = mapper.createObjectNode().put("request_id", "test");
    answer.putObject("data").put(member, value);
    return Answer.json(200, answer.toString());
  }

  private Answer error(int status, String message) {
    var answer = mapper.createObjectNode();
    answer.putArray("errors").add(message);
    try {
      return Answer.json(status, mapper.writeValueAsString(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String newToken() {
    var bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return "test-" + HexFormat.of().formatHex(bytes);
  }
}
