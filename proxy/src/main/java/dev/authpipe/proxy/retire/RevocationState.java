package dev.authpipe.proxy.retire;

import java.util.Locale;

/** How far a revocation at the provider has come. */
public enum RevocationState {
  /** Owed: it is tried until the provider confirms. */
  PENDING,
  /** The provider confirmed, or knows the tokens no more. */
  CONFIRMED,
  /** The provider offers no revocation, or the credential is of a kind that has none. */
  NOT_SUPPORTED,
  /** Not sent, because it would end the access of another live connection with the same provider account. */
  NOT_SENT,
  /** Given up after the limit, or because the stored record was refused. */
  GAVE_UP;

  /** The word in the store and in answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RevocationState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
