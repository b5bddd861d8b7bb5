package dev.authpipe.proxy.retire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.CredentialParameters;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * The tokens of one grant that are owed to a revocation endpoint, with what decides where that is. Plain form inside the sealed record
 * (docs/refresh-protocol.md, "Owed tokens"):
 *
 * <pre>
 * version  1 byte   1; 2 with the client of the connection
 * then, by ascending kind
 *   kind   1 byte   1 refresh token, 2 access token, 3 origin of the token endpoint, 4 provider parameter; version 2: 5 client id, 6 client secret
 *   length 4 bytes  big-endian, 1 to 65,536
 *   value
 * </pre>
 */
final class OwedTokens implements AutoCloseable {
  private static final byte VERSION = 1;
  private static final byte WITH_CLIENT = 2;
  private static final int REFRESH_TOKEN = 1;
  private static final int ACCESS_TOKEN = 2;
  private static final int TOKEN_ORIGIN = 3;
  private static final int PARAMETER = 4;
  private static final int CLIENT_ID = 5;
  private static final int CLIENT_SECRET = 6;
  private static final int LONGEST = 65_536;

  private final @Nullable SecretText refreshToken;
  private final @Nullable SecretText accessToken;
  private final String tokenOrigin;
  private final CredentialParameters parameters;
  private final @Nullable ConnectionClient client;

  /**
   * Copies all; an empty token, as a malformed answer leaves it, counts as none.
   *
   * @param client of the connection, which alone may revoke; null: the integration's
   */
  OwedTokens(@Nullable SecretText refreshToken, @Nullable SecretText accessToken, String tokenOrigin,
      CredentialParameters parameters, @Nullable ConnectionClient client) {
    if (tokenOrigin.isEmpty()) {
      throw new IllegalArgumentException("owed tokens have the origin that issued them");
    }
    this.refreshToken = copy(refreshToken);
    this.accessToken = copy(accessToken);
    this.tokenOrigin = tokenOrigin;
    this.parameters = parameters;
    this.client = client == null ? null : client.copy();
  }

  static OwedTokens of(OpenCredential opened) {
    return new OwedTokens(opened.refreshToken(), opened.accessToken(), opened.tokenOrigin(), opened.parameters(),
        opened.client());
  }

  Optional<SecretText> of(Revoked kind) {
    return Optional.ofNullable(kind == Revoked.REFRESH_TOKEN ? refreshToken : accessToken);
  }

  /** Origin of the token endpoint that issued them. */
  String tokenOrigin() {
    return tokenOrigin;
  }

  /** What the provider's parameters were when they were issued. */
  CredentialParameters parameters() {
    return parameters;
  }

  /** The connection's own client, or null. */
  @Nullable
  ConnectionClient client() {
    return client;
  }

  SecretBytes encode() {
    byte[] clientId = client == null ? null : client.clientId().getBytes(StandardCharsets.UTF_8);
    SecretText clientSecret = client == null ? null : client.clientSecret();
    byte[] origin = tokenOrigin.getBytes(StandardCharsets.UTF_8);
    List<byte[]> encoded = parameters.encode();
    int size = 1 + size(refreshToken) + size(accessToken) + 5 + origin.length
        + encoded.stream().mapToInt(one -> 5 + one.length).sum() + (clientId == null ? 0 : 5 + clientId.length)
        + size(clientSecret);
    ByteBuffer bytes = ByteBuffer.allocate(size).put(client == null ? VERSION : WITH_CLIENT);
    put(bytes, REFRESH_TOKEN, refreshToken);
    put(bytes, ACCESS_TOKEN, accessToken);
    put(bytes, TOKEN_ORIGIN, origin);
    encoded.forEach(one -> put(bytes, PARAMETER, one));
    if (clientId != null) {
      put(bytes, CLIENT_ID, clientId);
    }
    put(bytes, CLIENT_SECRET, clientSecret);
    return SecretBytes.taking(bytes.array());
  }

  /** @throws IllegalArgumentException if the form is not exactly this one */
  static OwedTokens decode(SecretBytes encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded.expose());
    int version = bytes.hasRemaining() ? bytes.get() : 0;
    if (version != VERSION && version != WITH_CLIENT) {
      throw new IllegalArgumentException("unknown version of owed tokens");
    }
    try (SecretText refreshToken = token(bytes, REFRESH_TOKEN); SecretText accessToken = token(bytes, ACCESS_TOKEN)) {
      byte[] origin = next(bytes, TOKEN_ORIGIN);
      List<byte[]> parameters = new ArrayList<>();
      for (byte[] one = next(bytes, PARAMETER); one != null; one = next(bytes, PARAMETER)) {
        parameters.add(one);
      }
      try (ConnectionClient client = client(bytes)) {
        if (origin == null || bytes.hasRemaining() || (client == null) != (version == VERSION)) {
          throw new IllegalArgumentException("malformed owed tokens");
        }
        return new OwedTokens(refreshToken, accessToken, text(origin), CredentialParameters.decode(parameters), client);
      }
    }
  }

  private static @Nullable ConnectionClient client(ByteBuffer bytes) {
    byte[] id = next(bytes, CLIENT_ID);
    return id == null ? null : new ConnectionClient(text(id), token(bytes, CLIENT_SECRET));
  }

  private static String text(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
      throw new IllegalArgumentException("malformed owed tokens");
    }
    return text;
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
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
      put(bytes, kind, token.exposeUtf8());
    }
  }

  private static void put(ByteBuffer bytes, int kind, byte[] value) {
    bytes.put((byte) kind).putInt(value.length).put(value);
  }

  private static @Nullable SecretText token(ByteBuffer bytes, int kind) {
    byte[] value = next(bytes, kind);
    if (value == null) {
      return null;
    }
    SecretText token = SecretText.copyOf(value, 0, value.length);
    Arrays.fill(value, (byte) 0);
    return token;
  }

  /** The next value if it is of this kind, else null. */
  private static byte @Nullable [] next(ByteBuffer bytes, int kind) {
    if (!bytes.hasRemaining() || bytes.get(bytes.position()) != kind) {
      return null;
    }
    int length = bytes.remaining() < 5 ? 0 : bytes.getInt(bytes.position() + 1);
    if (length < 1 || length > LONGEST || length > bytes.remaining() - 5) {
      throw new IllegalArgumentException("malformed owed tokens");
    }
    byte[] value = new byte[length];
    bytes.position(bytes.position() + 5).get(value);
    return value;
  }

  private static @Nullable SecretText copy(@Nullable SecretText token) {
    return token == null || token.length() == 0 ? null : SecretText.copyOf(token.exposeUtf8(), 0, token.length());
  }
}
