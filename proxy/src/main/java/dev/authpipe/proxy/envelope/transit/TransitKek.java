package dev.authpipe.proxy.envelope.transit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.Kek;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRefusedException.Reason;
import dev.authpipe.proxy.envelope.KekRights;
import dev.authpipe.proxy.envelope.WrapContext;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * A derived key of the transit secrets engine of Vault or OpenBao. The context derives the key that encrypts, and is associated data besides.
 * What is stored is the ciphertext's version and bytes, not its text, whose base64 has more than one reading
 * (docs/crypto-format.md, section 3.4). The token is read on every call.
 */
public final class TransitKek implements Kek {
  private static final Logger LOG = LoggerFactory.getLogger(TransitKek.class);
  private static final Pattern CIPHERTEXT = Pattern.compile("vault:v([1-9]\\d{0,8}):([A-Za-z0-9+/]{4,12000}={0,2})");
  private static final int TOO_MANY = 429;

  private final String name;
  private final TransitKekSettings settings;
  private final Supplier<SecretText> token;
  private final Duration deadline;
  private @Nullable TransitClient client;
  private boolean closed;

  /**
   * Calls nobody yet.
   *
   * @param name     the operator's name for it
   * @param token    read on every call
   * @param deadline longest time for one call, 5 s at most
   */
  public TransitKek(String name, TransitKekSettings settings, Supplier<SecretText> token, Duration deadline) {
    this.name = name;
    this.settings = settings;
    this.token = token;
    this.deadline = deadline;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] wrap(SecretBytes keyset, WrapContext context) {
    TransitClient to = client();
    ObjectNode body = bound(to, context).put("plaintext", Base64.getEncoder().encodeToString(keyset.expose()));
    String text = call(to, "encrypt", body, false).path("ciphertext").asText();
    Matcher ciphertext = CIPHERTEXT.matcher(text);
    if (!ciphertext.matches()) {
      throw new KekOutageException("form of the answer");
    }
    byte[] bytes = decoded(ciphertext.group(2));
    byte[] stored = ByteBuffer.allocate(Integer.BYTES + bytes.length).putInt(Integer.parseInt(ciphertext.group(1))).put(bytes)
        .array();
    if (!text(stored).equals(text)) {
      throw new KekOutageException("form of the answer"); // it could not be asked for as it was given
    }
    return stored;
  }

  @Override
  public SecretBytes unwrap(byte[] wrapped, WrapContext context) {
    if (wrapped.length <= Integer.BYTES || ByteBuffer.wrap(wrapped).getInt() < 1) {
      throw new IntegrityException("wrapped keyset");
    }
    TransitClient to = client();
    JsonNode plaintext = call(to, "decrypt", bound(to, context).put("ciphertext", text(wrapped)), true).path("plaintext");
    if (!plaintext.isTextual()) {
      throw new KekOutageException("form of the answer");
    }
    return SecretBytes.taking(decoded(plaintext.asText()));
  }

  /** What is encrypted now names the newest version; a rewrap by the server itself knows no associated data. */
  @Override
  public Optional<Boolean> isWrappedByNewest(byte[] wrapped, WrapContext context) {
    unwrap(wrapped, context).close();
    try (SecretBytes sample = SecretBytes.taking(new byte[Integer.BYTES])) {
      return Optional.of(ByteBuffer.wrap(wrap(sample, context)).getInt() == ByteBuffer.wrap(wrapped).getInt());
    }
  }

  /** Asks the server what the token may do where keys are administered; it answers without anything being done. */
  @Override
  public KekRights rights() {
    TransitClient to = client();
    Map<String, String> paths = new LinkedHashMap<>();
    String mount = settings.mount() + "/";
    paths.put(mount + "keys/" + settings.key(), "read, replace or delete the key");
    paths.put(mount + "keys/" + settings.key() + "/config", "change its configuration");
    paths.put(mount + "keys/" + settings.key() + "/rotate", "rotate it");
    paths.put(mount + "export/encryption-key/" + settings.key(), "export it");
    paths.put(mount + "backup/" + settings.key(), "back it up");
    TransitClient.Reply reply;
    try (SecretText given = read()) {
      reply = to.capabilities(paths.keySet(), given);
    }
    if (reply.status() != 200) {
      throw failure(reply.status(), reply.body().path("errors").path(0).asText().toLowerCase(Locale.ROOT), false);
    }
    List<String> beyond = new ArrayList<>();
    paths.forEach((path, words) -> {
      JsonNode there = reply.body().path("data").path(path);
      List<String> capabilities = new ArrayList<>();
      there.forEach(one -> capabilities.add(one.asText()));
      capabilities.remove("deny");
      if (!capabilities.isEmpty()) {
        beyond.add(words + " (" + path + ": " + String.join(", ", capabilities) + ")");
      }
    });
    return new KekRights(beyond, "");
  }

  private static ObjectNode bound(TransitClient to, WrapContext context) {
    String canonical = Base64.getEncoder().encodeToString(context.canonical());
    return to.object().put("context", canonical).put("associated_data", canonical);
  }

  private static String text(byte[] stored) {
    ByteBuffer parts = ByteBuffer.wrap(stored);
    int version = parts.getInt();
    byte[] bytes = new byte[parts.remaining()];
    parts.get(bytes);
    return "vault:v" + version + ":" + Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException malformed) {
      throw new KekOutageException("form of the answer");
    }
  }

  private JsonNode call(TransitClient to, String operation, ObjectNode body, boolean decrypting) {
    TransitClient.Reply reply;
    try (SecretText given = read()) {
      reply = to.post(operation, body, given);
    }
    if (reply.status() == 200) {
      return reply.body().path("data");
    }
    LOG.debug("KEK {}: status {}", name, reply.status());
    throw failure(reply.status(), reply.body().path("errors").path(0).asText().toLowerCase(Locale.ROOT), decrypting);
  }

  private SecretText read() {
    try {
      return token.get();
    } catch (RuntimeException unreadable) {
      throw new KekRefusedException(Reason.NO_CREDENTIALS);
    }
  }

  /** The server says what went wrong by a status and by words only. */
  private static RuntimeException failure(int status, String words, boolean decrypting) {
    if (words.contains("invalid token") || words.contains("missing client token") || words.contains("bad token")) {
      return new KekRefusedException(Reason.NO_CREDENTIALS);
    }
    return switch (status) {
      case 401 -> new KekRefusedException(Reason.NO_CREDENTIALS);
      case 403 -> new KekRefusedException(Reason.DENIED);
      case 404, 405 -> new KekRefusedException(Reason.NOT_FOUND);
      case 400 -> asked(words, decrypting);
      case TOO_MANY -> new KekOutageException("throttled");
      default -> new KekOutageException(status < 400 ? "redirect" : "server error");
    };
  }

  private static RuntimeException asked(String words, boolean decrypting) {
    if (words.contains("soft-deleted") || words.contains("soft deleted")) {
      return new KekRefusedException(Reason.PENDING_DELETION);
    }
    if (words.contains("key not found")) {
      return new KekRefusedException(Reason.NOT_FOUND);
    }
    if (words.contains("disallowed by policy")) {
      return new KekRefusedException(Reason.DISABLED); // below min_decryption_version
    }
    return decrypting ? new IntegrityException("wrapped keyset") : new KekRefusedException(Reason.DENIED);
  }

  private synchronized TransitClient client() {
    if (closed) {
      throw new KekOutageException("closed");
    }
    TransitClient made = client;
    if (made == null) {
      made = new TransitClient(settings, deadline);
      client = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
