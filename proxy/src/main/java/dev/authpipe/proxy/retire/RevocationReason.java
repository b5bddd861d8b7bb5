package dev.authpipe.proxy.retire;

import java.util.Locale;

/** Why tokens are owed to a provider's revocation endpoint. */
public enum RevocationReason {
  /** The connection was disconnected. */
  DISCONNECT,
  /** Its person is being erased. */
  ERASURE,
  /** The credential was replaced while this answer was under way. */
  REPLACED,
  /** It came after the connection was disconnected or given a new grant. */
  LATE_ANSWER,
  /** It came in an answer that cannot be accepted. */
  MALFORMED_ANSWER,
  /** It was issued for something that did not come about. */
  UNWANTED_ANSWER,
  /** It could not be sealed. */
  SEAL_REFUSED,
  /** The credential was renewed because all were. */
  ROTATED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static RevocationReason of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
