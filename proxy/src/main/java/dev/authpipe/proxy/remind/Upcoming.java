package dev.authpipe.proxy.remind;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Reconsent;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.vault.CredentialDates;

/**
 * What a connection has to be reminded of now.
 *
 * @param next    the reminder
 * @param reason  a registered code
 * @param overdue whether the date has come
 */
record Upcoming(Told next, String reason, boolean overdue) {
  /** Null: nothing yet, or nothing any more. */
  static @Nullable Upcoming of(Kind kind, Integration integration, CredentialDates.Dates dates, Instant now) {
    return switch (kind) {
      case ROTATION -> rotation(integration.keyRotation(dates.setAt(), dates.secretExpiresAt(), now), dates.generation(), now);
      case REAUTH -> dates.reauthRequired()
          ? null
          : reauth(Reconsent.fixed(integration.provider().refresh(), dates.authorizedAt(), dates.refreshExpiresAt()), dates, now);
    };
  }

  static @Nullable Upcoming rotation(@Nullable Rotation rotation, long generation, Instant now) {
    Integer step = rotation == null ? null : Kind.ROTATION.reached(rotation.dueAt(), now);
    return rotation == null || step == null
        ? null
        : new Upcoming(new Told(generation, rotation.dueAt(), step), rotation.reason().word(), rotation.overdue());
  }

  private static @Nullable Upcoming reauth(@Nullable Reconsent limit, CredentialDates.Dates dates, Instant now) {
    Integer step = limit == null ? null : Kind.REAUTH.reached(limit.at(), now);
    return limit == null || step == null
        ? null
        : new Upcoming(new Told(dates.generation(), limit.at(), step), limit.reason().word(), false);
  }
}
