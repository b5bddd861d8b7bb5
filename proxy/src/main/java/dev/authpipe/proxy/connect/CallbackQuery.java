package dev.authpipe.proxy.connect;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * The query of an authorization answer (RFC 6749 section 4.1.2), decoded once. Never accepts a parameter twice, for which one counts would be
 * a matter of taste. Its values count as secret.
 */
final class CallbackQuery {
  private static final int LONGEST = 12 * 1024;
  private static final Pattern STATE = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7E]{1,4096}");
  private final Map<String, String> values;

  private CallbackQuery(Map<String, String> values) {
    this.values = values;
  }

  /** Decodes a raw query; empty when it is too long, badly encoded, or has a parameter twice. */
  static Optional<CallbackQuery> parse(@Nullable String raw) {
    Map<String, String> values = new HashMap<>();
    if (raw == null || raw.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        if (!pair.isEmpty() && values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
          return Optional.empty();
        }
      }
    } catch (IllegalArgumentException badlyEncoded) {
      return Optional.empty();
    }
    return Optional.of(new CallbackQuery(values));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** The state, when it has the form of ours. */
  Optional<SecretText> state() {
    return Optional.ofNullable(values.get("state")).filter(text -> STATE.matcher(text).matches()).map(SecretText::of);
  }

  /** The issuer (RFC 9207), as it came. */
  @Nullable
  String issuer() {
    return values.get("iss");
  }

  /** The provider's error code, when it is an error answer. */
  @Nullable
  String error() {
    return values.get("error");
  }

  /** The authorization code under its name at this provider. */
  Optional<SecretText> code(String name) {
    return Optional.ofNullable(values.get(name)).filter(text -> VISIBLE.matcher(text).matches()).map(SecretText::of);
  }

  /** Any other parameter. */
  @Nullable
  String other(String name) {
    return values.get(name);
  }

  @Override
  public String toString() {
    return "CallbackQuery[***]";
  }
}
