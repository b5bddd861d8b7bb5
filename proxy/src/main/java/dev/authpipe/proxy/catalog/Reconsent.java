package dev.authpipe.proxy.catalog;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * When an end user will have to agree again, as far as the provider's limits say. A forecast: a person or a provider may end a grant at any time.
 *
 * @param at           the earliest time that is known
 * @param reason       which limit that is
 * @param movesWithUse whether a refresh before then moves it on, as the proxy's schedule does by itself; otherwise only the end user can
 */
public record Reconsent(Instant at, Reason reason, boolean movesWithUse) {
  /** Which limit ends a grant. */
  public enum Reason {
    /** The grant's age, counted from when the end user agreed. */
    @JsonProperty("absolute_limit")
    ABSOLUTE_LIMIT,
    /** A refresh token that is not used. */
    @JsonProperty("idle_limit")
    IDLE_LIMIT,
    /** The end of the refresh token as the provider stated it with the token. */
    @JsonProperty("refresh_token_expiry")
    REFRESH_TOKEN_EXPIRY;

    /** As answers spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The forecast; null when no limit is known.
   *
   * @param authorizedAt     when the end user last agreed; null: unknown, and with it the grant's age
   * @param issuedAt         when the present refresh token came or was last used
   * @param refreshExpiresAt what the provider stated about it, or null
   */
  public static @Nullable Reconsent of(RefreshProfile profile, @Nullable Instant authorizedAt, Instant issuedAt,
      @Nullable Instant refreshExpiresAt) {
    Reconsent idle = profile.idleLifetime() == null
        ? null
        : new Reconsent(issuedAt.plus(profile.idleLifetime()), Reason.IDLE_LIMIT, true);
    return Stream.of(absolute(profile, authorizedAt), idle, stated(profile, refreshExpiresAt)).filter(limit -> limit != null)
        .min(Comparator.comparing(Reconsent::at)).orElse(null);
  }

  /** The earliest limit that only the end user can move, however often the credential is used until then; null when none is known. */
  public static @Nullable Reconsent fixed(RefreshProfile profile, @Nullable Instant authorizedAt,
      @Nullable Instant refreshExpiresAt) {
    return Stream.of(absolute(profile, authorizedAt), stated(profile, refreshExpiresAt))
        .filter(limit -> limit != null && !limit.movesWithUse()).min(Comparator.comparing(Reconsent::at)).orElse(null);
  }

  private static @Nullable Reconsent absolute(RefreshProfile profile, @Nullable Instant authorizedAt) {
    return authorizedAt == null || profile.absoluteLifetime() == null
        ? null
        : new Reconsent(authorizedAt.plus(profile.absoluteLifetime()), Reason.ABSOLUTE_LIMIT, false);
  }

  private static @Nullable Reconsent stated(RefreshProfile profile, @Nullable Instant refreshExpiresAt) {
    return refreshExpiresAt == null
        ? null
        : new Reconsent(refreshExpiresAt, Reason.REFRESH_TOKEN_EXPIRY, profile.rotation() != RefreshProfile.Rotation.NONE);
  }
}
