package dev.authpipe.sdk.value;

/**
 * Names an integration: its slug ({@code slack}) or its id ({@code int_…}).
 *
 * @param value 1 to 100 characters: letters, digits, {@code -} and {@code _}
 */
public record IntegrationName(String value) {

  /** Checks length and characters. */
  public IntegrationName {
    Words.requireSlug(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
