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
import dev.authpipe.wire.ShownName;

/**
 * Changes of the branding; what is left out stays, an empty text takes away.
 *
 * @param name            what end users know the application as, at most 100 characters
 * @param accentColor     {@code #rrggbb}, with a contrast of 3 to 1 to white at least
 * @param backgroundColor {@code #rrggbb}
 * @param supportUrl      a public https address
 * @param privacyUrl      a public https address
 * @param logo            {@code data:image/png;base64,…}, at most 24 KiB and 512 by 512 pixels
 */
@Introspected
@Schema(name = "BrandingBody")
record BrandingBody(@Nullable String name, @Nullable String accentColor, @Nullable String backgroundColor,
    @Nullable String supportUrl,
    @Nullable String privacyUrl, @Nullable String logo) {

  private static final double LEAST_CONTRAST = 3;

  Branding over(Branding before) {
    return new Branding(text(before.name()), accent(before.accentColor()),
        color("background_color", backgroundColor, before.backgroundColor()),
        address("support_url", supportUrl, before.supportUrl()),
        address("privacy_url", privacyUrl, before.privacyUrl()), logo(before.logo()), before.version());
  }

  private @Nullable String text(@Nullable String before) {
    if (name == null || name.isEmpty()) {
      return name == null ? before : null;
    }
    if (name.length() > 100 || ShownName.misleads(name)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "name is at most 100 characters on one line, none of them unseen, and no word of look-alike alphabets.");
    }
    LikeSecrets.refuse(List.of(name), List.of());
    return name.strip();
  }

  /** Proxies pass over a colour that can hardly be seen (WCAG 2.2, 1.4.11), so that it is not taken here either. */
  private @Nullable String accent(@Nullable String before) {
    String wanted = color("accent_color", accentColor, before);
    if (wanted != null && !wanted.equals(before) && Contrast.toWhite(wanted) < LEAST_CONTRAST) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "accent_color can hardly be seen on white: it needs a contrast of 3 to 1.");
    }
    return wanted;
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
          "logo is data:image/png;base64,… of a PNG of at most 24 KiB and 512 by 512 pixels.");
    }
  }
}
