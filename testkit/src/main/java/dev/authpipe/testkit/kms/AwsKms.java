package dev.authpipe.testkit.kms;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.LoopbackServer;

/**
 * AWS KMS on a loopback port: AWS JSON 1.1 with the signature of each request verified; {@code Encrypt}, {@code Decrypt} and
 * {@code ReEncrypt} with the encryption context as associated data. Keys are named by ARN, by id or by alias. Never for anything but
 * tests.
 */
public final class AwsKms implements AutoCloseable {
  private static final int LARGEST_PLAINTEXT = 4_096;
  private static final int LARGEST_BODY = 64 * 1024;
  private static final String ACCOUNT = "111122223333";

  /** Credentials that the server knows. Shows no secret. */
  public static final class Credentials {
    private final String accessKeyId;
    private final String secret;
    private final String session;
    private volatile boolean expired;

    private Credentials(String accessKeyId, String secret, String session) {
      this.accessKeyId = accessKeyId;
      this.secret = secret;
      this.session = session;
    }

    public String accessKeyId() {
      return accessKeyId;
    }

    public String secret() {
      return secret;
    }

    /** The session token; empty for long-lived credentials. */
    public String session() {
      return session;
    }

    /** From now on they are answered with {@code ExpiredTokenException}. */
    public void expire() {
      expired = true;
    }

    boolean expired() {
      return expired;
    }

    @Override
    public String toString() {
      return "credentials " + accessKeyId;
    }
  }

  private record Named(KmsKey key, String id, String arn) {}

  private final String region;
  private final SecureRandom random = new SecureRandom();
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, Named> keys = new ConcurrentHashMap<>();
  private final Map<String, Credentials> credentials = new ConcurrentHashMap<>();
  private final List<String> operations = new CopyOnWriteArrayList<>();
  private final SignatureV4 signatures;
  private final LoopbackServer server;
  private final Set<String> denied = ConcurrentHashMap.newKeySet();
  private final Set<String> administration = ConcurrentHashMap.newKeySet();

  private AwsKms(String region) {
    this.region = region;
    this.signatures = new SignatureV4(region, "kms", id -> Optional.ofNullable(credentials.get(id)));
    this.server = LoopbackServer.start(this::handle);
  }

  public static AwsKms start(String region) {
    return new AwsKms(region);
  }

  public URI origin() {
    return server.origin();
  }

  public String region() {
    return region;
  }

  /** The server under it, to take it away and bring it back. */
  public LoopbackServer server() {
    return server;
  }

  /** A new key with an alias; its name is its ARN. */
  public KmsKey key(String alias) {
    var id = UUID.randomUUID().toString();
    var arn = "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + id;
    var named = new Named(new KmsKey(arn), id, arn);
    keys.put(id, named);
    keys.put(arn, named);
    keys.put("alias/" + alias, named);
    return named.key;
  }

  /** New credentials, with a session token or without one. */
  public Credentials credentials(boolean session) {
    var made = new Credentials("test-" + text(8), text(24), session ? text(40) : "");
    credentials.put(made.accessKeyId, made);
    return made;
  }

  /** Whether nobody may do this, whatever the key allows. */
  public void deny(String operation, boolean denies) {
    if (denies) {
      denied.add(operation);
    } else {
      denied.remove(operation);
    }
  }

  /** Lets the credentials do what only an administrator needs: {@code CreateGrant} (as a dry run), {@code GetKeyPolicy}, {@code ListGrants}. */
  public void allowAdministration(String operation, boolean allowed) {
    if (allowed) {
      administration.add(operation);
    } else {
      administration.remove(operation);
    }
  }

  /** The operations that were asked for by somebody whose signature held, in their order. */
  public List<String> operations() {
    return List.copyOf(operations);
  }

  @Override
  public void close() {
    server.close();
  }

  private void handle(Exchange exchange) throws IOException {
    var body = exchange.body().readNBytes(LARGEST_BODY);
    var verdict = signatures.verify(exchange.request(), body, Clock.systemUTC().instant());
    if (verdict != SignatureV4.Verdict.VALID) {
      exchange.answer(error(400, verdict.type()));
      return;
    }
    var target = exchange.request().header("X-Amz-Target").orElse("");
    if (!exchange.request().method().equals("POST") || !target.startsWith("TrentService.")
        || !exchange.request().header("Content-Type").orElse("").equals("application/x-amz-json-1.1")) {
      exchange.answer(error(400, "UnknownOperationException"));
      return;
    }
    var operation = target.substring("TrentService.".length());
    operations.add(operation);
    if (denied.contains(operation)) {
      exchange.answer(error(400, "AccessDeniedException"));
      return;
    }
    var asked = mapper.readTree(body);
    exchange.answer(switch (operation) {
      case "Encrypt" -> encrypt(asked);
      case "Decrypt" -> decrypt(asked);
      case "ReEncrypt" -> reEncrypt(asked);
      case "CreateGrant", "GetKeyPolicy", "ListGrants" -> administer(operation, asked);
      default -> error(400, "UnknownOperationException");
    });
  }

  private Answer administer(String operation, JsonNode asked) {
    if (!administration.contains(operation)) {
      return error(400, "AccessDeniedException");
    }
    return switch (operation) {
      case "CreateGrant" ->
        asked.path("DryRun").asBoolean() && asked.path("GranteePrincipal").asText().startsWith("arn:aws:iam::")
            ? error(400, "DryRunOperationException")
            : error(400, "ValidationException");
      case "GetKeyPolicy" -> json(200, mapper.createObjectNode().put("Policy", "{}").put("PolicyName", "default"));
      default -> {
        var none = mapper.createObjectNode().put("Truncated", false);
        none.putArray("Grants");
        yield json(200, none);
      }
    };
  }

  private Answer encrypt(JsonNode asked) {
    var plaintext = bytes(asked, "Plaintext");
    if (plaintext.length == 0 || plaintext.length > LARGEST_PLAINTEXT) {
      return error(400, "ValidationException");
    }
    var named = keys.get(asked.path("KeyId").asText());
    if (named == null) {
      return error(400, "NotFoundException");
    }
    var refused = refused(named);
    return refused.orElseGet(() -> ok(named, "CiphertextBlob",
        named.key.encrypt(plaintext, context(asked.path("EncryptionContext")))));
  }

  private Answer decrypt(JsonNode asked) {
    var opened = open(asked, "KeyId", "EncryptionContext");
    return opened.refusal.orElseGet(() -> ok(opened.by(), "Plaintext", opened.plaintext));
  }

  private Answer reEncrypt(JsonNode asked) {
    var destination = keys.get(asked.path("DestinationKeyId").asText());
    if (destination == null) {
      return error(400, "NotFoundException");
    }
    var opened = open(asked, "SourceKeyId", "SourceEncryptionContext");
    return opened.refusal.or(() -> refused(destination)).orElseGet(() -> {
      var sealed = destination.key.encrypt(opened.plaintext, context(asked.path("DestinationEncryptionContext")));
      return ok(destination, "CiphertextBlob", sealed, Map.of("SourceKeyId", opened.by().arn));
    });
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Opened(Optional<Answer> refusal, byte[] plaintext, Optional<Named> named) {
    private Named by() {
      return named.orElseThrow();
    }
  }

  private Opened open(JsonNode asked, String keyMember, String contextMember) {
    var ciphertext = bytes(asked, "CiphertextBlob");
    var maker = keys.values().stream().filter(one -> one.key.marks(ciphertext)).findFirst();
    var wanted = asked.path(keyMember).asText();
    if (!wanted.isEmpty() && !keys.containsKey(wanted)) {
      return refusal(error(400, "NotFoundException"));
    }
    var meant = Optional.ofNullable(keys.get(wanted)).or(() -> maker);
    var refused = meant.flatMap(this::refused);
    if (refused.isPresent()) {
      return refusal(refused.get());
    }
    if (maker.isEmpty() || meant.isEmpty()) {
      return refusal(error(400, "InvalidCiphertextException"));
    }
    if (!maker.get().equals(meant.get())) {
      return refusal(error(400, "IncorrectKeyException"));
    }
    return maker.get().key.decrypt(ciphertext, context(asked.path(contextMember)))
        .map(plaintext -> new Opened(Optional.empty(), plaintext, maker))
        .orElseGet(() -> refusal(error(400, "InvalidCiphertextException")));
  }

  private static Opened refusal(Answer answer) {
    return new Opened(Optional.of(answer), new byte[0], Optional.empty());
  }

  private Optional<Answer> refused(Named named) {
    return switch (named.key.take()) {
      case WORKS -> Optional.empty();
      case DENIED -> Optional.of(error(400, "AccessDeniedException"));
      case DISABLED -> Optional.of(error(400, "DisabledException"));
      case PENDING_DELETION -> Optional.of(error(400, "KMSInvalidStateException", named.arn + " is pending deletion."));
      case GONE -> Optional.of(error(400, "NotFoundException"));
      case THROTTLED -> Optional.of(error(400, "ThrottlingException"));
      case BROKEN -> Optional.of(error(500, "KMSInternalException"));
    };
  }

  private Answer ok(Named named, String member, byte[] value) {
    return ok(named, member, value, Map.of());
  }

  private Answer ok(Named named, String member, byte[] value, Map<String, String> more) {
    var answer = mapper.createObjectNode().put("KeyId", named.arn).put(member, Base64.getEncoder().encodeToString(value))
        .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    more.forEach(answer::put);
    return json(200, answer);
  }

  private Answer error(int status, String type) {
    return error(status, type, "refused by the test");
  }

  private Answer error(int status, String type, String message) {
    return json(status, mapper.createObjectNode().put("__type", type).put("message", message));
  }

  private static Answer json(int status, ObjectNode body) {
    return Answer.of(status).with("Content-Type", "application/x-amz-json-1.1")
        .with("x-amzn-RequestId", UUID.randomUUID().toString())
        .body(body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static byte[] bytes(JsonNode asked, String member) {
    return Base64.getDecoder().decode(asked.path(member).asText());
  }

  /** One encoding per context, whatever its order. */
  private static byte[] context(JsonNode pairs) {
    var sorted = new TreeMap<String, String>();
    pairs.properties().forEach(pair -> sorted.put(pair.getKey(), pair.getValue().asText()));
    var out = new ByteArrayOutputStream();
    var data = new DataOutputStream(out);
    try {
      for (var pair : sorted.entrySet()) {
        data.writeUTF(pair.getKey());
        data.writeUTF(pair.getValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private String text(int bytes) {
    var made = new byte[bytes];
    random.nextBytes(made);
    return HexFormat.of().formatHex(made);
  }
}
