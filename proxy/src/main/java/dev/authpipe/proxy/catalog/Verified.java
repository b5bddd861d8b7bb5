package dev.authpipe.proxy.catalog;

/** How far a catalog entry has been checked; it never claims more. */
public enum Verified {
  /** Every fact was read in the provider's own documentation on the date of last verification. */
  DOCUMENTED,
  /** At least one fact comes from elsewhere. */
  UNVERIFIED
}
