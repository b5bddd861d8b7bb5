package dev.authpipe.proxy.vault;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The plaintext of a sealed credential: a version byte, then fields of one tag byte, two length bytes (big-endian) and the value, in ascending
 * order of tags, only {@link #SCOPE}, {@link #PARAMETER} and {@link #REQUESTED_SCOPE} more than once. Anything else is refused: the writer has one way to say a thing (docs/crypto-format.md,
 * section 3.3). Must never leave a copy of the plaintext behind.
 */
final class CredentialPayload {
  private static final int VERSION = 1;
  /** Of credentials that mint: type 5, with its fields. */
  private static final int MINTING_VERSION = 2;
  private static final int TYPE = 1;
  private static final int END_USER_ID = 2;
  private static final int END_USER = 3;
  private static final int API_BASE = 4;
  private static final int TOKEN_ORIGIN = 5;
  private static final int FLAGS = 6;
  private static final int ACCESS = 7;
  private static final int REFRESH = 8;
  private static final int TOKEN_TYPE = 9;
  private static final int SCOPE = 10;
  private static final int USERNAME = 11;
  private static final int ACCESS_EXPIRES = 12;
  private static final int REFRESH_EXPIRES = 13;
  private static final int ISSUED = 14;
  private static final int PARAMETER = 15;
  private static final int CLIENT_ID = 16;
  private static final int CLIENT_SECRET = 17;
  private static final int REQUESTED_SCOPE = 18;
  private static final int PROXY_ONLY = 1;
  private static final int PAYLOAD_MOST = 65_536;
  private static final int FIELD_MOST = 16_384;
  private static final int SCOPES_MOST = 256;
  private static final ApiBases API_BASES = new ApiBases();

  private CredentialPayload() {}

  /** @throws IllegalArgumentException if a part is longer than 16 KiB, or all together longer than 64 KiB */
  static SecretBytes encode(NewCredential credential) {
    if (credential.scopes().size() > SCOPES_MOST || credential.requestedScopes().size() > SCOPES_MOST) {
      throw new IllegalArgumentException("a credential has at most 256 scopes");
    }
    ByteBuffer out = ByteBuffer.allocate(PAYLOAD_MOST);
    try {
      out.put((byte) version(credential.type()));
      put(out, TYPE, new byte[]{(byte) credential.type().number()});
      put(out, END_USER_ID, ByteBuffer.allocate(16).putLong(credential.endUserId().getMostSignificantBits())
          .putLong(credential.endUserId().getLeastSignificantBits()).array());
      put(out, END_USER, utf8(credential.endUserIdentifier()));
      put(out, API_BASE, utf8(credential.apiBase().toString()));
      put(out, TOKEN_ORIGIN, utf8(credential.tokenOrigin()));
      put(out, FLAGS, new byte[]{(byte) (credential.proxyOnly() ? PROXY_ONLY : 0)});
      put(out, ACCESS, credential.accessToken().exposeUtf8());
      SecretText refreshToken = credential.refreshToken();
      if (refreshToken != null) {
        put(out, REFRESH, refreshToken.exposeUtf8());
      }
      put(out, TOKEN_TYPE, utf8(credential.tokenType()));
      credential.scopes().forEach(scope -> put(out, SCOPE, utf8(scope)));
      String username = credential.username();
      if (username != null) {
        put(out, USERNAME, utf8(username));
      }
      putTime(out, ACCESS_EXPIRES, credential.accessExpiresAt());
      putTime(out, REFRESH_EXPIRES, credential.refreshExpiresAt());
      putTime(out, ISSUED, credential.issuedAt());
      credential.parameters().encode().forEach(parameter -> put(out, PARAMETER, parameter));
      ConnectionClient client = credential.client();
      if (client != null) {
        put(out, CLIENT_ID, utf8(client.clientId()));
        SecretText clientSecret = client.clientSecret();
        if (clientSecret != null) {
          put(out, CLIENT_SECRET, clientSecret.exposeUtf8());
        }
      }
      credential.requestedScopes().forEach(scope -> put(out, REQUESTED_SCOPE, utf8(scope)));
      byte[] payload = new byte[out.position()];
      out.get(0, payload);
      return SecretBytes.taking(payload);
    } catch (java.nio.BufferOverflowException tooLong) {
      throw new IllegalArgumentException("a credential has at most 64 KiB");
    } finally {
      Arrays.fill(out.array(), (byte) 0);
    }
  }

  /** @throws IntegrityException if the bytes are not exactly what {@link #encode} writes, or of an unknown version */
  static NewCredential decode(SecretBytes payload) {
    try {
      return new Reader(payload.expose()).read();
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException | NullPointerException malformed) {
      throw new IntegrityException("credential payload");
    }
  }

  private static int version(CredentialType type) {
    return type == CredentialType.CLIENT_CREDENTIALS ? MINTING_VERSION : VERSION;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ByteBuffer out, int tag, byte[] value) {
    if (value.length > FIELD_MOST) {
      throw new IllegalArgumentException("a part of a credential has at most 16 KiB");
    }
    out.put((byte) tag).putShort((short) value.length).put(value);
  }

  private static void putTime(ByteBuffer out, int tag, @Nullable Instant time) {
    if (time != null) {
      put(out, tag, ByteBuffer.allocate(8).putLong(time.toEpochMilli()).array());
    }
  }

  private static final class Reader {
    private final ByteBuffer in;
    private int tag;
    private int start;
    private int length;

    Reader(byte[] bytes) {
      this.in = ByteBuffer.wrap(bytes);
    }

    NewCredential read() throws CharacterCodingException {
      int version = in.get();
      advance();
      CredentialType type = type();
      if (version != version(type)) {
        throw new IllegalArgumentException("version");
      }
      NewCredential.Builder credential = NewCredential.builder(type, endUserId(), text(END_USER), API_BASES.of(text(API_BASE)),
          text(TOKEN_ORIGIN));
      credential.proxyOnly(flags() == PROXY_ONLY).accessToken(secret(ACCESS));
      if (tag == REFRESH) {
        credential.refreshToken(secret(REFRESH));
      }
      credential.tokenType(text(TOKEN_TYPE)).scopes(scopes(SCOPE));
      if (tag == USERNAME) {
        credential.username(text(USERNAME));
      }
      credential.accessExpiresAt(tag == ACCESS_EXPIRES ? time(ACCESS_EXPIRES) : null);
      credential.refreshExpiresAt(tag == REFRESH_EXPIRES ? time(REFRESH_EXPIRES) : null);
      credential.issuedAt(time(ISSUED)).parameters(parameters());
      if (tag == CLIENT_ID) {
        credential.client(new ConnectionClient(text(CLIENT_ID), tag == CLIENT_SECRET ? secret(CLIENT_SECRET) : null));
      }
      credential.requestedScopes(scopes(REQUESTED_SCOPE));
      if (tag != 0) {
        throw new IllegalArgumentException("unknown field");
      }
      return credential.build();
    }

    private CredentialType type() {
      byte number = single(TYPE);
      for (CredentialType type : CredentialType.values()) {
        if (type.number() == number) {
          return type;
        }
      }
      throw new IllegalArgumentException("type");
    }

    private UUID endUserId() {
      require(END_USER_ID, 16);
      UUID id = new UUID(in.getLong(start), in.getLong(start + 8));
      advance();
      return id;
    }

    private int flags() {
      int flags = single(FLAGS);
      if ((flags & ~PROXY_ONLY) != 0) {
        throw new IllegalArgumentException("flags");
      }
      return flags;
    }

    private List<String> scopes(int expected) throws CharacterCodingException {
      if (tag != expected) {
        return List.of();
      }
      List<String> scopes = new ArrayList<>();
      while (tag == expected) {
        scopes.add(text(expected));
      }
      return scopes;
    }

    private CredentialParameters parameters() {
      if (tag != PARAMETER) {
        return CredentialParameters.NONE;
      }
      List<byte[]> parameters = new ArrayList<>();
      while (tag == PARAMETER) {
        parameters.add(Arrays.copyOfRange(in.array(), start, start + length));
        advance();
      }
      return CredentialParameters.decode(parameters);
    }

    private byte single(int expected) {
      require(expected, 1);
      byte value = in.get(start);
      advance();
      return value;
    }

    private Instant time(int expected) {
      require(expected, 8);
      Instant time = Instant.ofEpochMilli(in.getLong(start));
      advance();
      return time;
    }

    private String text(int expected) throws CharacterCodingException {
      require(expected, length);
      String text = isAscii()
          ? new String(in.array(), start, length, StandardCharsets.US_ASCII)
          : StandardCharsets.UTF_8.newDecoder().decode(in.slice(start, length)).toString();
      advance();
      return text;
    }

    private boolean isAscii() {
      for (int i = start; i < start + length; i++) {
        if (in.array()[i] < 0) {
          return false;
        }
      }
      return true;
    }

    private SecretText secret(int expected) {
      require(expected, length);
      SecretText secret = SecretText.copyOf(in.array(), start, length);
      advance();
      return secret;
    }

    private void require(int expectedTag, int expectedLength) {
      if (tag != expectedTag || length != expectedLength) {
        throw new IllegalArgumentException("field " + expectedTag);
      }
    }

    /** Moves to the next field; tag 0 at the end. */
    private void advance() {
      if (!in.hasRemaining()) {
        tag = 0;
        length = 0;
        return;
      }
      int next = in.get();
      if (next == 0) {
        throw new IllegalArgumentException("tag 0");
      }
      tag = next;
      length = Short.toUnsignedInt(in.getShort());
      start = in.position();
      if (length > FIELD_MOST) {
        throw new IllegalArgumentException("length");
      }
      in.position(start + length);
    }
  }
}
