package dev.authpipe.proxy.secret;

import java.util.List;

/**
 * The little of a stored secret that may be shown: the provider's fixed type prefix and at most 4 characters, and only when all of that is under
 * an eighth of the secret. Never more, whatever the caller may do.
 */
public final class MaskedPrefix {
  private static final int MORE = 4;
  private static final int SHARE = 8;

  private MaskedPrefix() {}

  /**
   * The masked prefix of a secret; empty when even that would show too much.
   *
   * @param typePrefixes fixed beginnings of this provider's secrets, such as {@code xoxb-}
   */
  public static String of(SecretText secret, List<String> typePrefixes) {
    String text = secret.expose();
    int fixed = typePrefixes.stream().filter(text::startsWith).mapToInt(String::length).max().orElse(0);
    int shown = Math.min(fixed + MORE, (text.length() - 1) / SHARE);
    return text.substring(0, Math.max(0, shown));
  }
}
