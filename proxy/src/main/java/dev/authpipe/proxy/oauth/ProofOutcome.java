package dev.authpipe.proxy.oauth;

/** Whether an end user controls what a callback parameter names (connect.md, "Whose server gets the secret"). */
public enum ProofOutcome {
  /** The provider lists the value for this very access token. */
  PROVEN,
  /** The provider answered and does not list it. */
  NOT_PROVEN,
  /** The provider did not give a usable answer: counts as not proven, and may be tried again. */
  UNAVAILABLE
}
