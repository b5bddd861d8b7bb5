package dev.authpipe.control.member;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who can sign in. Never leaves this room: events have the id, answers have views.
 *
 * @param id              random
 * @param email           as they wrote it
 * @param displayName     what they are called
 * @param verifiedAt      since when the address is proved; null: it is only claimed
 * @param passwordHash    null: they have no password
 * @param totpConfirmedAt since when they have a second factor; null: none
 * @param createdAt       when they registered
 * @param firstSignedInAt when they first signed in; null: never
 */
record Person(UUID id, EmailAddress email, String displayName, @Nullable Instant verifiedAt, @Nullable String passwordHash,
    @Nullable Instant totpConfirmedAt, Instant createdAt, @Nullable Instant firstSignedInAt) {

  boolean isVerified() {
    return verifiedAt != null;
  }

  boolean hasSecondFactor() {
    return totpConfirmedAt != null;
  }

  @Override
  public String toString() {
    return "person " + id;
  }
}
