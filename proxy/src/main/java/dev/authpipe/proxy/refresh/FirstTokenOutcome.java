package dev.authpipe.proxy.refresh;

/** What minting the first access token of a connection came to. Never carries a provider's words. */
public sealed interface FirstTokenOutcome {
  /** It was minted, which proves the client. Whoever receives it closes it. */
  record Minted(FirstToken token) implements FirstTokenOutcome {}

  /** It was not. */
  record Failed(Reason reason) implements FirstTokenOutcome {}

  /** Why not. */
  enum Reason {
    /** The provider refused the connection's own client. */
    CLIENT_REFUSED,
    /** The provider refused the request: scopes or parameters. */
    REQUEST_REFUSED,
    /** The integration's client secret or key is missing or refused. */
    MISCONFIGURED,
    /** The integration's client secret or key is for another origin. */
    ORIGIN_CHANGED,
    /** The provider cannot be reached or asks to come back. */
    UNREACHABLE,
    /** The provider did not answer. */
    NO_ANSWER,
    /** The provider's answer is not usable. */
    MALFORMED
  }
}
