package dev.authpipe.proxy.caller;

import dev.authpipe.proxy.secret.SecretText;

/** A key that was just made, with its text. Must be shown once and never be kept. */
public final class NewApiKey {
  private final ApiKeyView view;
  private final SecretText apiKey;

  NewApiKey(ApiKeyView view, SecretText apiKey) {
    this.view = view;
    this.apiKey = apiKey;
  }

  /** What can be listed later as well. */
  public ApiKeyView view() {
    return view;
  }

  /** The key, {@code ap_sk_…}. */
  public SecretText apiKey() {
    return apiKey;
  }
}
