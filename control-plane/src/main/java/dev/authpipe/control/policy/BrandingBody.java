package dev.authpipe.control.policy;

import java.util.List;
import java.util.Locale;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LikeSecrets;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WebAddress;

/**
 * Changes of the branding; what is left out stays, an empty text takes away.
 *
 * @param name            what end users know the application as, at most 100 characters
 * @param accentColor     {@code #rrggbb}
 * @param backgroundColor {@code #rrggbb}
 * @param supportUrl      a public https address
 * @param privacyUrl      a public https address
 * @param logo            {@code data:image/png;base64,…}, at most 64 KiB and 1024 by 1024 pixels
 */
@Introspected
@Schema(name = "BrandingBody")
record BrandingBody(@Nullable String name, @Nullable String accentColor, @Nullable String backgroundColor,
    @Nullable String supportUrl,
    @Nullable String privacyUrl, @Nullable String logo) {

  Branding over(Branding before) {
    return new Branding(text(before.name()), color("accent_color", accentColor, before.accentColor()),
        color("background_color", backgroundColor, before.backgroundColor()),
        address("support_url", supportUrl, before.supportUrl()),
        address("privacy_url", privacyUrl, before.privacyUrl()), logo(before.logo()), before.version());
  }

  private @Nullable String text(@Nullable String before) {
    if (name == null || name.isEmpty()) {
      return name == null ? before : null;
    }
    if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(BrandingBody::misleads)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "name is at most 100 characters on one line.");
    }
    LikeSecrets.refuse(List.of(name), List.of());
    return name.strip();
  }

  /** Signs that are not seen, or that turn the reading direction of what stands beside them. */
  private static boolean misleads(int sign) {
    int kind = Character.getType(sign);
    return kind == Character.CONTROL || kind == Character.FORMAT || kind == Character.LINE_SEPARATOR
        || kind == Character.PARAGRAPH_SEPARATOR;
  }

  private static @Nullable String color(String field, @Nullable String wanted, @Nullable String before) {
    if (wanted == null || wanted.isEmpty()) {
      return wanted == null ? before : null;
    }
    if (!wanted.matches("#[0-9A-Fa-f]{6}")) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, field + " is a colour such as #1a2b3c.");
    }
    return wanted.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String address(String field, @Nullable String wanted, @Nullable String before) {
    if (wanted == null || wanted.isEmpty()) {
      return wanted == null ? before : null;
    }
    return WebAddress.publicHttps(field, wanted);
  }

  private @Nullable PngImage logo(@Nullable PngImage before) {
    if (logo == null || logo.isEmpty()) {
      return logo == null ? before : null;
    }
    try {
      return PngImage.ofDataUrl(logo);
    } catch (IllegalArgumentException broken) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "logo is data:image/png;base64,… of a PNG of at most 64 KiB and 1024 by 1024 pixels.");
    }
  }
}
