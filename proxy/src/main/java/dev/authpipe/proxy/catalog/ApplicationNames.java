package dev.authpipe.proxy.catalog;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

import dev.authpipe.wire.ShownName;

/** What an application may be called before end users: see {@link ShownName}. Never says that a name is who it claims to be. */
final class ApplicationNames {
  /** As settings have it. */
  static final ValueType<String> TYPE = ValueType.TEXT_LINE.matching("at most 100 characters", ".{1,100}").map(
      "a name without signs that are not seen or turn the reading direction, and without words of letters that look alike",
      ApplicationNames::require);
  private static final Pattern NO_SOUND = Pattern.compile("[^\\p{L}\\p{N}]+");

  private ApplicationNames() {}

  private static String require(String name) {
    if (ShownName.misleads(name)) {
      throw new IllegalArgumentException("not what it looks like");
    }
    return name;
  }

  /** Whether it is nothing but the name of a provider, which people are about to be sent to. */
  static boolean isProvider(String name, Catalog catalog) {
    String spoken = spoken(name);
    return catalog.all().stream()
        .anyMatch(one -> spoken.equals(spoken(one.displayName())) || spoken.equals(spoken(one.slug())));
  }

  private static String spoken(String name) {
    return NO_SOUND.matcher(Normalizer.normalize(name, Normalizer.Form.NFKC)).replaceAll("").toLowerCase(Locale.ROOT);
  }
}
