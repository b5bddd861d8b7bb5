package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.Objects;

/**
 * When an end user will have to agree again, as far as the provider's limits say. A forecast: a person or a provider may end a grant at any
 * time.
 *
 * @param at           the earliest time that is known
 * @param reason       which limit ends the grant
 * @param movesWithUse whether a refresh before then moves it on, as the proxy does by itself; otherwise only the end user can
 */
public record Reconsent(Instant at, DueReason reason, boolean movesWithUse) {

  /** Checks that nothing is missing. */
  public Reconsent {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(reason, "reason");
  }
}
