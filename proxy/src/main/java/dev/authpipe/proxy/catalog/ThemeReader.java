package dev.authpipe.proxy.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/** Reads the {@code theme} of an integration. Refuses what could not be seen or read on the page: see {@link ThemeRules}. */
final class ThemeReader {
  private ThemeReader() {}

  static Theme read(YamlSection s) {
    if (!s.present()) {
      return Theme.USUAL;
    }
    String accent = colour(s, "accent", ThemeRules::accent);
    String dark = colour(s, "accent_dark", ThemeRules::accentDark);
    Path logo = s.path("logo").orElse(null);
    return ThemeRules.theme(accent, dark, logo == null ? null : logo(s, logo));
  }

  private static @Nullable String colour(YamlSection s, String key, Function<String, String> rule) {
    String text = s.optional(key, ValueType.TEXT_LINE).orElse(null);
    try {
      return text == null ? null : rule.apply(text);
    } catch (IllegalArgumentException wrong) {
      throw s.wrong(key, String.valueOf(wrong.getMessage()));
    }
  }

  private static Logo logo(YamlSection s, Path file) {
    try {
      if (Files.size(file) > Logo.LARGEST) {
        throw s.wrong("logo", "is larger than 24 KiB"); // without reading it
      }
      return Logo.of(Files.readAllBytes(file));
    } catch (IllegalArgumentException wrong) {
      throw s.wrong("logo", String.valueOf(wrong.getMessage()));
    } catch (IOException unreadable) {
      throw s.wrong("logo", "is no PNG that can be read");
    }
  }
}
