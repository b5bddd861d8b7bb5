package dev.authpipe.proxy.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Where an answer in the journal belongs (docs/journal-format.md, section 2.4). Stands in clear beside the sealed record and is authenticated
 * with it as a whole, so it must hold nothing that names a person.
 *
 * @param rotated    whether the answer brought a refresh token
 * @param unaccepted a refresh: only its refresh token is worth keeping; a finish: it is not wanted, only to be revoked
 * @param connection whose credential it is, or the id that a new connection gets
 * @param attempt    the trip to the token endpoint, or the connect attempt
 * @param generation whose refresh token was spent; 0 for a finish
 * @param fence      of the lease; 0 for a finish
 * @param received   when it came, in whole milliseconds
 */
public record JournalPlace(JournalPurpose purpose, boolean rotated, boolean unaccepted, WorkspaceId workspace,
    ConnectionId connection, UUID attempt, IntegrationId integration, String provider, long generation, long fence,
    Instant received) {
  private static final byte VERSION = 1;
  private static final int ROTATED = 1;
  private static final int UNACCEPTED = 2;
  private static final int FIXED = 91;
  private static final int PROVIDER_MOST = 100;

  /** Checks the limits. */
  public JournalPlace {
    received = received.truncatedTo(ChronoUnit.MILLIS);
    if (generation < 0 || fence < 0 || provider.getBytes(StandardCharsets.UTF_8).length > PROVIDER_MOST) {
      throw new IllegalArgumentException("a place has numbers that are not negative and a slug of at most 100 bytes");
    }
  }

  /**
   * Where the answer is sealed to.
   *
   * @param journal the id of the journal that keeps it
   */
  public RecordContext context(UUID journal) {
    return new RecordContext(workspace, purpose.kind(), connection.value(), integration, provider, generation,
        journal + "\n" + attempt + "\n" + fence + "\n" + flags() + "\n" + received.toEpochMilli());
  }

  byte[] encode() {
    byte[] slug = provider.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(FIXED + Short.BYTES + slug.length).put(VERSION).put((byte) purpose.number())
        .put((byte) flags());
    put(out, workspace.value());
    put(out, connection.value());
    put(out, attempt);
    put(out, integration.value());
    return out.putLong(generation).putLong(fence).putLong(received.toEpochMilli()).putShort((short) slug.length).put(slug)
        .array();
  }

  /** @throws IllegalArgumentException if the bytes are not exactly what {@link #encode} writes, or of an unknown version */
  static JournalPlace decode(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (in.get() != VERSION) {
        throw new IllegalArgumentException("unknown version of a place");
      }
      JournalPurpose purpose = JournalPurpose.of(in.get());
      int flags = in.get();
      WorkspaceId workspace = new WorkspaceId(uuid(in));
      ConnectionId connection = new ConnectionId(uuid(in));
      UUID attempt = uuid(in);
      IntegrationId integration = new IntegrationId(uuid(in));
      long generation = in.getLong();
      long fence = in.getLong();
      Instant received = Instant.ofEpochMilli(in.getLong());
      byte[] slug = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(slug);
      if (in.hasRemaining() || flags < 0 || flags > (ROTATED | UNACCEPTED)) {
        throw new IllegalArgumentException("malformed place");
      }
      return new JournalPlace(purpose, (flags & ROTATED) != 0, (flags & UNACCEPTED) != 0, workspace, connection, attempt,
          integration, new String(slug, StandardCharsets.UTF_8), generation, fence, received);
    } catch (BufferUnderflowException cut) {
      throw new IllegalArgumentException("malformed place", cut);
    }
  }

  private int flags() {
    return (rotated ? ROTATED : 0) | (unaccepted ? UNACCEPTED : 0);
  }

  private static void put(ByteBuffer out, UUID id) {
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID uuid(ByteBuffer in) {
    return new UUID(in.getLong(), in.getLong());
  }
}
