package dev.authpipe.proxy.catalog;

import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What the hosted page may wear, whoever asks for it, a file or a control plane: colours that can be seen (WCAG 2.2, 1.4.3 and 1.4.11) and a
 * {@link Logo}. Messages stand after the name of the value, and repeat nothing but a colour.
 */
final class ThemeRules {
  /** The page's papers, as its style has them. */
  private static final String LIGHT = "#ffffff";
  private static final String DARK = "#1d1f22";
  private static final double LEAST_CONTRAST = 3.0;
  private static final Pattern COLOUR = Pattern.compile("#[0-9a-f]{6}");

  private ThemeRules() {}

  /**
   * A theme.
   *
   * @param dark null: the accent, where it can be seen in the dark
   */
  static Theme theme(@Nullable String accent, @Nullable String dark, @Nullable Logo logo) {
    String worn = dark == null && accent != null && contrast(accent, DARK) >= LEAST_CONTRAST ? accent : dark;
    return new Theme(accent, worn, logo == null ? null : logo.dataUrl());
  }

  /**
   * A colour on light paper.
   *
   * @throws IllegalArgumentException with the end of a sentence
   */
  static String accent(String text) {
    return seen(text, LIGHT, "white", "a darker one");
  }

  /**
   * A colour on dark paper.
   *
   * @throws IllegalArgumentException with the end of a sentence
   */
  static String accentDark(String text) {
    return seen(text, DARK, "dark paper", "a lighter one");
  }

  /**
   * A picture in base64 without line ends.
   *
   * @throws IllegalArgumentException with the end of a sentence
   */
  static Logo logo(String base64) {
    return Logo.of(Base64.getDecoder().decode(base64));
  }

  private static String seen(String text, String paper, String name, String instead) {
    String colour = text.toLowerCase(Locale.ROOT);
    if (!COLOUR.matcher(colour).matches()) {
      throw new IllegalArgumentException("must be a colour as #rrggbb");
    }
    double contrast = contrast(colour, paper);
    if (contrast < LEAST_CONTRAST) {
      throw new IllegalArgumentException(String.format(Locale.ROOT,
          "%s can hardly be seen on the page's %s: its contrast is %.1f, and %.0f is needed; choose %s", colour, name, contrast,
          LEAST_CONTRAST, instead));
    }
    return colour;
  }

  /** Of two colours, from 1 to 21. */
  static double contrast(String one, String other) {
    double a = luminance(one);
    double b = luminance(other);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
  }

  private static double linear(int channel) {
    double value = (channel & 0xff) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
