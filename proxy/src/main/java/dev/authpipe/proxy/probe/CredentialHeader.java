package dev.authpipe.proxy.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.CredentialType;

/** The value of the header that carries a credential in a probe. Must be closed by whoever asks for it. */
public final class CredentialHeader {
  private CredentialHeader() {}

  /** The value by the provider's profile; basic credentials have a form of their own. */
  public static SecretText of(ApiProfile api, CredentialType type, @Nullable String username, SecretText secret) {
    if (type == CredentialType.BASIC) {
      byte[] name = Objects.requireNonNullElse(username, "").getBytes(StandardCharsets.UTF_8);
      ByteBuffer pair = ByteBuffer.allocate(name.length + 1 + secret.length()).put(name).put((byte) ':').put(secret.exposeUtf8());
      byte[] encoded = Base64.getEncoder().encode(pair.array());
      return joined("Basic ", encoded, encoded.length, "");
    }
    return joined(api.injection().before(), secret.exposeUtf8(), secret.length(), api.injection().after());
  }

  private static SecretText joined(String before, byte[] middle, int length, String after) {
    byte[] first = before.getBytes(StandardCharsets.UTF_8);
    byte[] last = after.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(first.length + length + last.length).put(first).put(middle, 0, length).put(last);
    return SecretText.copyOf(all.array(), 0, all.capacity());
  }
}
