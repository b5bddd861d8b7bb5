package dev.authpipe.proxy.clientsecret;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A key pair as its row has it; nothing opened. What is published of it and when it signs stands under a MAC: a row that somebody else wrote must
 * never put a key of theirs among ours.
 *
 * @param publicKey  X.509 SubjectPublicKeyInfo
 * @param signsUntil null: until a successor takes over; with {@code goneAt}
 * @param goneAt     when nothing of it is published any more
 */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared as a whole
record ClientKeyRow(IntegrationId integration, long version, String keyId, byte[] publicKey, byte[] sealed, String tokenOrigin,
    Instant signsFrom, @Nullable Instant signsUntil, @Nullable Instant goneAt, Instant createdAt, byte[] mac) {
  /** The kind of row, for its MAC. */
  static final String MAC_KIND = "client_key";

  /** Where a version belongs: bound to the origin that the opener is about to use, not to the one in the row. */
  static RecordContext context(WorkspaceId workspace, IntegrationId integration, long version, String tokenOrigin) {
    return new RecordContext(workspace, RecordKind.CLIENT_PRIVATE_KEY, integration.value(), integration, "", version,
        tokenOrigin);
  }

  /** What the MAC covers. */
  byte[] canonical(WorkspaceId workspace) {
    return new CanonicalRow().id(workspace.value()).id(integration.value()).number(version).text(keyId).binary(publicKey)
        .text(tokenOrigin).time(signsFrom).time(signsUntil).time(goneAt).time(createdAt).bytes();
  }

  ClientKeyRow withMac(byte[] value) {
    return new ClientKeyRow(integration, version, keyId, publicKey, sealed, tokenOrigin, signsFrom, signsUntil, goneAt,
        createdAt, value);
  }

  ClientKeyRow from(Instant value) {
    return new ClientKeyRow(integration, version, keyId, publicKey, sealed, tokenOrigin, value, signsUntil, goneAt, createdAt,
        mac);
  }

  ClientKeyRow until(@Nullable Instant last, @Nullable Instant gone) {
    return new ClientKeyRow(integration, version, keyId, publicKey, sealed, tokenOrigin, signsFrom, last, gone, createdAt, mac);
  }

  ClientKeyView.State state(Instant now) {
    if (now.isBefore(signsFrom)) {
      return ClientKeyView.State.PUBLISHED;
    }
    return signsUntil == null || now.isBefore(signsUntil) ? ClientKeyView.State.SIGNING : ClientKeyView.State.ENDING;
  }

  boolean isPublished(Instant now) {
    return goneAt == null || now.isBefore(goneAt);
  }
}
