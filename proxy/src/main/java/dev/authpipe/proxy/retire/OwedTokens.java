package dev.authpipe.proxy.retire;

import java.nio.ByteBuffer;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The tokens of one grant that are owed to a revocation endpoint. Plain form inside the sealed record (docs/refresh-protocol.md, "Owed tokens"):
 *
 * <pre>
 * version  1 byte   1
 * then for each token
 *   kind   1 byte   1 refresh token, 2 access token
 *   length 4 bytes  big-endian, 1 to 65,536
 *   token  UTF-8
 * </pre>
 */
final class OwedTokens implements AutoCloseable {
  private static final byte VERSION = 1;
  private static final int LONGEST = 65_536;

  private final @Nullable SecretText refreshToken;
  private final @Nullable SecretText accessToken;

  /** Copies both; an empty one, as a malformed answer leaves it, counts as none. */
  OwedTokens(@Nullable SecretText refreshToken, @Nullable SecretText accessToken) {
    this.refreshToken = copy(refreshToken);
    this.accessToken = copy(accessToken);
  }

  Optional<SecretText> of(Revoked kind) {
    return Optional.ofNullable(kind == Revoked.REFRESH_TOKEN ? refreshToken : accessToken);
  }

  SecretBytes encode() {
    ByteBuffer bytes = ByteBuffer.allocate(1 + size(refreshToken) + size(accessToken)).put(VERSION);
    put(bytes, 1, refreshToken);
    put(bytes, 2, accessToken);
    return SecretBytes.taking(bytes.array());
  }

  /** @throws IllegalArgumentException if the form is not exactly this one */
  static OwedTokens decode(SecretBytes encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded.expose());
    SecretText refreshToken = null;
    SecretText accessToken = null;
    if (!bytes.hasRemaining() || bytes.get() != VERSION) {
      throw new IllegalArgumentException("unknown version of owed tokens");
    }
    while (bytes.remaining() > 5) {
      int kind = bytes.get();
      int length = bytes.getInt();
      if (length < 1 || length > LONGEST || length > bytes.remaining()) {
        throw new IllegalArgumentException("malformed owed tokens");
      }
      SecretText text = SecretText.copyOf(bytes.array(), bytes.position(), length);
      bytes.position(bytes.position() + length);
      if (kind == 1 && refreshToken == null) {
        refreshToken = text;
      } else if (kind == 2 && accessToken == null) {
        accessToken = text;
      } else {
        throw new IllegalArgumentException("malformed owed tokens");
      }
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException("malformed owed tokens");
    }
    try (SecretText first = refreshToken; SecretText second = accessToken) {
      return new OwedTokens(first, second);
    }
  }

  @Override
  public void close() {
    if (refreshToken != null) {
      refreshToken.close();
    }
    if (accessToken != null) {
      accessToken.close();
    }
  }

  @Override
  public String toString() {
    return "OwedTokens[***]";
  }

  private static int size(@Nullable SecretText token) {
    return token == null ? 0 : 5 + token.length();
  }

  private static void put(ByteBuffer bytes, int kind, @Nullable SecretText token) {
    if (token != null) {
      bytes.put((byte) kind).putInt(token.length()).put(token.exposeUtf8());
    }
  }

  private static @Nullable SecretText copy(@Nullable SecretText token) {
    return token == null || token.length() == 0 ? null : SecretText.copyOf(token.exposeUtf8(), 0, token.length());
  }
}
