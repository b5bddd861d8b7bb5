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
  private final @Nullable PreviousRow previous;

  ClientSecretRow(long version, byte[] sealed, String tokenOrigin, String maskedPrefix, byte[] fingerprint, Instant since,
      @Nullable Instant expiresAt, @Nullable PreviousRow previous) {
    this.version = version;
    this.sealed = sealed;
    this.tokenOrigin = tokenOrigin;
    this.maskedPrefix = maskedPrefix;
    this.fingerprint = fingerprint;
    this.since = since;
    this.expiresAt = expiresAt;
    this.previous = previous;
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

  String maskedPrefix() {
    return maskedPrefix;
  }

  Instant since() {
    return since;
  }

  /** The one before, as long as its row is there; null: none. */
  @Nullable
  PreviousRow previous() {
    return previous;
  }

  ClientSecretRow with(@Nullable PreviousRow before) {
    return new ClientSecretRow(version, sealed, tokenOrigin, maskedPrefix, fingerprint, since, expiresAt, before);
  }

  /** The same secret of before, to be tried until then. */
  PreviousRow until(Instant end) {
    return new PreviousRow(version, sealed, tokenOrigin, maskedPrefix, fingerprint, since, end, null);
  }

  ClientSecretView view(Instant now) {
    PreviousRow before = previous;
    return new ClientSecretView(maskedPrefix, since, tokenOrigin, version, expiresAt,
        before == null || !before.isTried(now) ? null : before.view());
  }
}
