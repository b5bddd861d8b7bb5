package dev.authpipe.control.policy;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Branding as members see it; what is left out is as usual.
 *
 * @param name            what end users know the application as
 * @param accentColor     of buttons
 * @param backgroundColor behind the page
 * @param supportUrl      where end users get help
 * @param privacyUrl      the privacy notice
 * @param logo            a {@code data:} URL
 * @param version         counts its changes
 */
@Introspected
@Schema(name = "Branding")
record BrandingView(@Nullable String name, @Nullable String accentColor, @Nullable String backgroundColor,
    @Nullable String supportUrl,
    @Nullable String privacyUrl, @Nullable String logo, long version) {
  static BrandingView of(Branding branding) {
    PngImage logo = branding.logo();
    return new BrandingView(branding.name(), branding.accentColor(), branding.backgroundColor(), branding.supportUrl(),
        branding.privacyUrl(),
        logo == null ? null : logo.dataUrl(), branding.version());
  }
}
