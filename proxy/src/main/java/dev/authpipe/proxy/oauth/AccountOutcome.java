package dev.authpipe.proxy.oauth;

import org.jspecify.annotations.Nullable;

/** Which account at the provider an access token speaks for. Never read from anything that passed through a browser. */
public sealed interface AccountOutcome {
  /**
   * The account as the provider names it.
   *
   * @param identifier stable at the provider, 1 to 512 characters; personal data, never logged or audited
   * @param label      what a person would recognise, up to 512 characters; null when the provider gives none
   */
  record Found(String identifier, @Nullable String label) implements AccountOutcome {
    @Override
    public String toString() {
      return "Found[***]";
    }
  }

  /** The catalog knows no way to read an account at this provider. */
  record NotOffered() implements AccountOutcome {}

  /** It should have been readable and was not. The reason is one of ours: {@code unreachable}, {@code refused}, {@code malformed}. */
  record Failed(String reason, int httpStatus) implements AccountOutcome {}
}
