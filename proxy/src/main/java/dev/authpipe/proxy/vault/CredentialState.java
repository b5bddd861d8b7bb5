package dev.authpipe.proxy.vault;

/** What is known about a credential's use at the provider. */
public enum CredentialState {
  /** Good as far as known. */
  ACTIVE,
  /** Refreshes fail for now; the access token is still good. */
  DEGRADED,
  /** A refresh may have happened whose answer was lost. */
  UNCERTAIN,
  /** Only a new authorization by the end user helps. */
  REAUTH_REQUIRED,
  /** Ended; the ciphertext is gone. */
  REVOKED,
  /** The KEK refused while an answer had to be sealed. */
  KEY_UNAVAILABLE
}
