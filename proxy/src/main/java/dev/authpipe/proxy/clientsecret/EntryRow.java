package dev.authpipe.proxy.clientsecret;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ClientSecretEntryId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A one-time link as its row has it. The hash covers everything that it grants by, so that a row which somebody else wrote or changed opens to
 * nobody.
 *
 * @param linkHash     of what {@link #message} says
 * @param tokenOrigin  the origin of the token endpoint for which the secret is asked
 * @param keepPrevious how long the client secret before is tried as well
 */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared as a whole
record EntryRow(IntegrationId integration, ClientSecretEntryId id, byte[] linkHash, String tokenOrigin, Duration keepPrevious,
    State state, Instant createdAt, Instant expiresAt) {

  /** What became of a link. */
  enum State {
    OPEN("open"),
    USED("used"),
    WITHDRAWN("withdrawn");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static State of(String word) {
      for (State state : values()) {
        if (state.word.equals(word)) {
          return state;
        }
      }
      throw new IllegalArgumentException("not a state of a link");
    }
  }

  boolean isOpen(Instant now) {
    return state == State.OPEN && now.isBefore(expiresAt);
  }

  EntryRow withHash(byte[] hash) {
    return new EntryRow(integration, id, hash, tokenOrigin, keepPrevious, state, createdAt, expiresAt);
  }

  /** What the hash is of: the row's columns in their order, then the link's token. For the caller to close. */
  SecretBytes message(WorkspaceId workspace, SecretText sessionToken) {
    byte[] columns = new CanonicalRow().id(workspace.value()).id(integration.value()).id(id.value()).text(tokenOrigin)
        .number(keepPrevious.toSeconds()).time(expiresAt).bytes();
    return SecretBytes.taking(
        ByteBuffer.allocate(columns.length + sessionToken.length()).put(columns).put(sessionToken.exposeUtf8()).array());
  }
}
