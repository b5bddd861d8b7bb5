package dev.authpipe.proxy.connect;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ConnectSessionId;

/**
 * What a code was exchanged for, with everything that decides whose it becomes and where it may be sent: the plaintext of a finish in the
 * rescue journal (docs/journal-format.md, section 2.5). Must never leave a copy of the plaintext behind; closing wipes the grant.
 *
 * @param endUser       for whom, by random id
 * @param tokenEndpoint that issued it
 * @param params        of the connection, as they were
 */
record JournaledGrant(ConnectSessionId session, UUID endUser, String tokenEndpoint, Map<String, String> params, TokenGrant grant)
    implements
      AutoCloseable {
  private static final byte VERSION = 1;
  private static final int MOST = 65_536;
  private static final int SESSION = 1;
  private static final int END_USER = 2;
  private static final int TOKEN_ENDPOINT = 3;
  private static final int PARAMETER = 4;
  private static final int ACCESS = 5;
  private static final int REFRESH = 6;
  private static final int TOKEN_TYPE = 7;
  private static final int LIFETIME = 8;
  private static final int REFRESH_LIFETIME = 9;
  private static final int SCOPES_NAMED = 10;
  private static final int SCOPE = 11;
  private static final int FACT = 12;

  JournaledGrant {
    params = Map.copyOf(params);
  }

  /** @throws IllegalArgumentException if it is longer than 64 KiB */
  SecretBytes encode() {
    ByteBuffer out = ByteBuffer.allocate(MOST);
    try {
      out.put(VERSION);
      put(out, SESSION, bytes(session.value()));
      put(out, END_USER, bytes(endUser));
      put(out, TOKEN_ENDPOINT, utf8(tokenEndpoint));
      new TreeMap<>(params).forEach((name, value) -> put(out, PARAMETER, pair(name, value)));
      put(out, ACCESS, grant.accessToken().exposeUtf8());
      SecretText refreshToken = grant.refreshToken();
      if (refreshToken != null) {
        put(out, REFRESH, refreshToken.exposeUtf8());
      }
      put(out, TOKEN_TYPE, utf8(grant.tokenType()));
      putTime(out, LIFETIME, grant.lifetime());
      putTime(out, REFRESH_LIFETIME, grant.refreshLifetime());
      List<String> scopes = grant.scopes();
      if (scopes != null) {
        put(out, SCOPES_NAMED, new byte[0]);
        scopes.forEach(scope -> put(out, SCOPE, utf8(scope)));
      }
      new TreeMap<>(grant.facts()).forEach((pointer, value) -> put(out, FACT, pair(pointer, value)));
      byte[] plain = new byte[out.position()];
      out.get(0, plain);
      return SecretBytes.taking(plain);
    } catch (java.nio.BufferOverflowException tooLong) {
      throw new IllegalArgumentException("a journaled grant has at most 64 KiB");
    } finally {
      Arrays.fill(out.array(), (byte) 0);
    }
  }

  /** @throws IntegrityException if the bytes are not exactly what {@link #encode} writes, or of an unknown version */
  static JournaledGrant decode(SecretBytes plain) {
    try {
      return new Reader(plain.expose()).read();
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException
        | CharacterCodingException malformed) {
      throw new IntegrityException("journaled grant");
    }
  }

  @Override
  public void close() {
    grant.close();
  }

  @Override
  public String toString() {
    return "JournaledGrant[***]";
  }

  private static void put(ByteBuffer out, int tag, byte[] value) {
    if (value.length > 0xFFFF) {
      throw new IllegalArgumentException("a part of a journaled grant is too long");
    }
    out.put((byte) tag).putShort((short) value.length).put(value);
  }

  private static void putTime(ByteBuffer out, int tag, @Nullable Duration time) {
    if (time != null) {
      put(out, tag, ByteBuffer.allocate(Long.BYTES).putLong(time.toMillis()).array());
    }
  }

  private static byte[] pair(String name, String value) {
    byte[] first = utf8(name);
    byte[] second = utf8(value);
    return ByteBuffer.allocate(Short.BYTES + first.length + second.length).putShort((short) first.length).put(first).put(second)
        .array();
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Reader {
    private final ByteBuffer in;
    private int tag;
    private ByteBuffer value = ByteBuffer.allocate(0);

    Reader(byte[] bytes) {
      this.in = ByteBuffer.wrap(bytes);
    }

    JournaledGrant read() throws CharacterCodingException {
      if (in.get() != VERSION) {
        throw new IllegalArgumentException("version");
      }
      advance();
      ConnectSessionId session = new ConnectSessionId(uuid(SESSION));
      UUID endUser = uuid(END_USER);
      String endpoint = text(TOKEN_ENDPOINT);
      Map<String, String> params = pairs(PARAMETER);
      SecretText access = secret(ACCESS);
      SecretText refresh = tag == REFRESH ? secret(REFRESH) : null;
      String type = text(TOKEN_TYPE);
      Duration lifetime = time(LIFETIME);
      Duration refreshLifetime = time(REFRESH_LIFETIME);
      List<String> scopes = scopes();
      Map<String, String> facts = pairs(FACT);
      if (tag != 0) {
        throw new IllegalArgumentException("left over");
      }
      return new JournaledGrant(session, endUser, endpoint, params,
          new TokenGrant(access, refresh, type, lifetime, refreshLifetime, scopes, facts));
    }

    private @Nullable List<String> scopes() throws CharacterCodingException {
      if (tag != SCOPES_NAMED) {
        return null;
      }
      if (value.hasRemaining()) {
        throw new IllegalArgumentException("scopes");
      }
      advance();
      List<String> scopes = new ArrayList<>();
      while (tag == SCOPE) {
        scopes.add(text(SCOPE));
      }
      return scopes;
    }

    private Map<String, String> pairs(int expected) throws CharacterCodingException {
      TreeMap<String, String> pairs = new TreeMap<>();
      while (tag == expected) {
        String name = decoded(value.slice(Short.BYTES, Short.toUnsignedInt(value.getShort(0))));
        if (!pairs.isEmpty() && pairs.lastKey().compareTo(name) >= 0) {
          throw new IllegalArgumentException("order");
        }
        int start = Short.BYTES + Short.toUnsignedInt(value.getShort(0));
        pairs.put(name, decoded(value.slice(start, value.limit() - start)));
        advance();
      }
      return pairs;
    }

    private @Nullable Duration time(int expected) {
      if (tag != expected) {
        return null;
      }
      requireLength(Long.BYTES);
      long millis = value.getLong(0);
      if (millis < 0) {
        throw new IllegalArgumentException("time");
      }
      advance();
      return Duration.ofMillis(millis);
    }

    private UUID uuid(int expected) {
      require(expected);
      requireLength(2 * Long.BYTES);
      UUID id = new UUID(value.getLong(0), value.getLong(Long.BYTES));
      advance();
      return id;
    }

    private String text(int expected) throws CharacterCodingException {
      require(expected);
      String text = decoded(value);
      advance();
      return text;
    }

    private SecretText secret(int expected) {
      require(expected);
      SecretText secret = SecretText.copyOf(in.array(), in.position() - value.limit(), value.limit());
      advance();
      return secret;
    }

    private static String decoded(ByteBuffer bytes) throws CharacterCodingException {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    }

    private void require(int expected) {
      if (tag != expected) {
        throw new IllegalArgumentException("field " + expected);
      }
    }

    private void requireLength(int expected) {
      if (value.limit() != expected) {
        throw new IllegalArgumentException("length");
      }
    }

    /** Moves to the next field; tag 0 at the end. */
    private void advance() {
      if (!in.hasRemaining()) {
        tag = 0;
        return;
      }
      int next = in.get();
      int length = Short.toUnsignedInt(in.getShort());
      if (next <= 0 || length > in.remaining()) {
        throw new IllegalArgumentException("field");
      }
      tag = next;
      value = in.slice(in.position(), length);
      in.position(in.position() + length);
    }
  }
}
