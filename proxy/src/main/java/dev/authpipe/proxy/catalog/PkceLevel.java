package dev.authpipe.proxy.catalog;

/** Whether a provider takes part in PKCE (RFC 7636). There is no level for {@code plain}: it is never used. */
public enum PkceLevel {
  /** Challenge and verifier are sent, also where the provider does not ask for them. */
  S256,
  /** The provider refuses the parameters; the catalog entry names the evidence. */
  UNSUPPORTED,
  /** Sending them changes the client's class or its rotation; the catalog entry names the evidence. */
  HARMFUL
}
