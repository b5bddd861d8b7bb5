package dev.authpipe.proxy.clientsecret;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.IntegrationId;

/**
 * What stands in the fragment of a one-time link: {@code int_….} and a token of 256 random bits. In the fragment, so that no server's log and no
 * {@code Referer} has it. The integration is named for finding, and grants nothing.
 */
public final class EntryLink {
  /** Of the page on the connect listener. */
  public static final String PATH = "/client-secret";
  private static final Pattern FORM = Pattern.compile("(int_[0-9a-z]{26})\\.([A-Za-z0-9_-]{43})");

  private final IntegrationId integration;
  private final SecretText sessionToken;

  EntryLink(IntegrationId integration, SecretText sessionToken) {
    this.integration = integration;
    this.sessionToken = sessionToken;
  }

  /** Reads it; empty when it has another form. */
  public static Optional<EntryLink> parse(SecretText text) {
    Matcher form = FORM.matcher(text.expose());
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new EntryLink(IntegrationId.parse(form.group(1)), SecretText.of(form.group(2))));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  /** Which integration it names. */
  public IntegrationId integration() {
    return integration;
  }

  SecretText sessionToken() {
    return sessionToken;
  }

  /** The fragment. */
  public SecretText text() {
    return SecretText.of(integration + "." + sessionToken.expose());
  }

  @Override
  public String toString() {
    return "EntryLink[***]";
  }
}
