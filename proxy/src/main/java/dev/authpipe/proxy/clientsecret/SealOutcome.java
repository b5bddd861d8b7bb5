package dev.authpipe.proxy.clientsecret;

/** What became of a secret read from a file. */
public enum SealOutcome {
  /** It is new or its content changed: sealed. */
  SEALED,
  /** The same content is sealed already for the same origin. */
  UNCHANGED,
  /** The same content is sealed for another origin: it stays as it is and does not open for the new one until somebody sets it again. */
  ORIGIN_CHANGED
}
