package dev.authpipe.sdk.value;

/**
 * The signing secret of a webhook endpoint, as {@code authpipe webhook secret} shows it once. Whoever has it can forge events.
 */
public final class WebhookSecret extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value {@code whsec_} and base64
   */
  public WebhookSecret(String value) {
    super(value);
  }
}
