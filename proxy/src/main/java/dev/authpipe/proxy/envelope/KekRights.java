package dev.authpipe.proxy.envelope;

import java.util.List;

/**
 * What the proxy may do with a KEK beyond encrypting and decrypting, as far as its KMS tells without anything being done. Never a proof that
 * there is no more.
 *
 * @param beyond what is allowed beyond need, in the KMS's own words
 * @param untold what cannot be found out, in words; empty: nothing
 */
public record KekRights(List<String> beyond, String untold) {
  /** Copies the list. */
  public KekRights {
    beyond = List.copyOf(beyond);
  }

  /** Nothing can be found out. */
  public static KekRights untold(String why) {
    return new KekRights(List.of(), why);
  }
}
