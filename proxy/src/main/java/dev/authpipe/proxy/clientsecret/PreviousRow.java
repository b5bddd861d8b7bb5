package dev.authpipe.proxy.clientsecret;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The client secret before the present one as its row has it; nothing opened.
 *
 * @param version    its own, which it is sealed to
 * @param validUntil until when it is tried
 * @param neededAt   when the provider last took it and not the present one, as noted once a day; null: never
 */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared as a whole
record PreviousRow(long version, byte[] sealed, String tokenOrigin, String maskedPrefix, byte[] fingerprint, Instant since,
    Instant validUntil, @Nullable Instant neededAt) {

  boolean isTried(Instant now) {
    return now.isBefore(validUntil);
  }

  PreviousRow until(Instant end) {
    return new PreviousRow(version, sealed, tokenOrigin, maskedPrefix, fingerprint, since, end, neededAt);
  }

  ClientSecretView.Previous view() {
    return new ClientSecretView.Previous(version, maskedPrefix, since, validUntil, neededAt);
  }
}
