package dev.authpipe.proxy.connect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * A key as an end user entered it, with the user name where there is one. Never leaves before finish. As bytes: length of the user name
 * (2, big endian; 65535: none), user name, key, all UTF-8.
 */
final class PendingKey implements AutoCloseable {
  private static final int NONE = 0xFFFF;
  private final @Nullable String username;
  private final SecretText key;

  PendingKey(@Nullable String username, SecretText key) {
    this.username = username;
    this.key = key;
  }

  static PendingKey read(SecretBytes plain) {
    ByteBuffer bytes = ByteBuffer.wrap(plain.expose());
    int length = bytes.getShort() & 0xFFFF;
    String username = null;
    if (length != NONE) {
      byte[] name = new byte[length];
      bytes.get(name);
      username = new String(name, StandardCharsets.UTF_8);
    }
    return new PendingKey(username, SecretText.copyOf(plain.expose(), bytes.position(), bytes.remaining()));
  }

  SecretBytes write() {
    byte[] name = username == null ? new byte[0] : username.getBytes(StandardCharsets.UTF_8);
    return SecretBytes
        .taking(ByteBuffer.allocate(2 + name.length + key.length()).putShort((short) (username == null ? NONE : name.length))
            .put(name).put(key.exposeUtf8()).array());
  }

  @Nullable
  String username() {
    return username;
  }

  SecretText key() {
    return key;
  }

  /** The header value that carries it to the provider. */
  SecretText headerValue(ApiProfile.Injection injection) {
    if (username != null) {
      return SecretText
          .of("Basic " + Base64.getEncoder().encodeToString((username + ":" + key.expose()).getBytes(StandardCharsets.UTF_8)));
    }
    return SecretText.of(injection.before() + key.expose() + injection.after());
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "PendingKey[***]";
  }
}
