package dev.authpipe.proxy.clientsecret;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** A sealed client secret as its row has it; nothing opened. */
final class ClientSecretRow {
  private final long version;
  private final byte[] sealed;
  private final String tokenOrigin;
  private final String maskedPrefix;
  private final byte[] fingerprint;
  private final Instant since;
  private final @Nullable Instant expiresAt;

  ClientSecretRow(long version, byte[] sealed, String tokenOrigin, String maskedPrefix, byte[] fingerprint, Instant since,
      @Nullable Instant expiresAt) {
    this.version = version;
    this.sealed = sealed;
    this.tokenOrigin = tokenOrigin;
    this.maskedPrefix = maskedPrefix;
    this.fingerprint = fingerprint;
    this.since = since;
    this.expiresAt = expiresAt;
  }

  /** Where a version belongs: bound to the origin that the opener is about to use, not to the one in the row. */
  static RecordContext context(WorkspaceId workspace, IntegrationId integration, long version, String tokenOrigin) {
    return new RecordContext(workspace, RecordKind.CLIENT_SECRET, integration.value(), integration, "", version, tokenOrigin);
  }

  long version() {
    return version;
  }

  byte[] sealed() {
    return sealed;
  }

  String tokenOrigin() {
    return tokenOrigin;
  }

  byte[] fingerprint() {
    return fingerprint;
  }

  ClientSecretView view() {
    return new ClientSecretView(maskedPrefix, since, tokenOrigin, version, expiresAt);
  }
}
