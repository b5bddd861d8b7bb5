package dev.authpipe.proxy.catalog;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

import org.jspecify.annotations.Nullable;

/** Reads the {@code theme} of an integration. Refuses what could not be seen or read on the page (WCAG 2.2, 1.4.3 and 1.4.11). */
final class ThemeReader {
  /** The page's papers, as its style has them. */
  private static final String LIGHT = "#ffffff";
  private static final String DARK = "#1d1f22";
  private static final double LEAST_CONTRAST = 3.0;
  private static final int LARGEST_LOGO = 24 * 1024;
  private static final int WIDEST_LOGO = 512;
  private static final ValueType<String> COLOUR = ValueType.TEXT_LINE.matching("a colour as #rrggbb", "#[0-9a-fA-F]{6}");

  private ThemeReader() {}

  static Theme read(YamlSection s) {
    if (!s.present()) {
      return Theme.USUAL;
    }
    String accent = s.optional("accent", COLOUR).map(colour -> colour.toLowerCase(Locale.ROOT)).orElse(null);
    String dark = s.optional("accent_dark", COLOUR).map(colour -> colour.toLowerCase(Locale.ROOT)).orElse(null);
    if (accent != null) {
      require(s, "accent", accent, LIGHT, "white", "a darker one");
    }
    if (dark != null) {
      require(s, "accent_dark", dark, DARK, "dark paper", "a lighter one");
    } else if (accent != null && contrast(accent, DARK) >= LEAST_CONTRAST) {
      dark = accent;
    }
    Path logo = s.path("logo").orElse(null);
    return new Theme(accent, dark, logo == null ? null : logo(s, logo));
  }

  private static void require(YamlSection s, String key, String colour, String paper, String name, String instead) {
    double contrast = contrast(colour, paper);
    if (contrast < LEAST_CONTRAST) {
      throw s.wrong(key,
          String.format(Locale.ROOT,
              "%s can hardly be seen on the page's %s: its contrast is %.1f, and %.0f is needed; choose %s",
              colour, name, contrast, LEAST_CONTRAST, instead));
    }
  }

  private static String logo(YamlSection s, Path file) {
    try {
      if (Files.size(file) > LARGEST_LOGO) {
        throw s.wrong("logo", "is larger than 24 KiB");
      }
      byte[] bytes = Files.readAllBytes(file);
      requirePng(s, bytes);
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes);
    } catch (IOException unreadable) {
      throw s.wrong("logo", "is no PNG that can be read");
    }
  }

  /** Decodes it once, so that no browser is given what is none. */
  private static void requirePng(YamlSection s, byte[] bytes) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (@Nullable
    ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      if (stream == null) {
        throw new IOException("no stream");
      }
      reader.setInput(stream, true, true);
      if (reader.getWidth(0) > WIDEST_LOGO || reader.getHeight(0) > WIDEST_LOGO) {
        throw s.wrong("logo", "is wider or higher than 512 pixels");
      }
      reader.read(0);
    } catch (IllegalArgumentException | IndexOutOfBoundsException broken) {
      throw new IOException("no PNG", broken);
    } finally {
      reader.dispose();
    }
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
