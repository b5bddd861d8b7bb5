package dev.authpipe.control.policy;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.Feed;

/**
 * Looks of the pages that end users see. Never markup, a script, or an address from which a page would load anything.
 *
 * @param name            what end users know the application as; null: the display name of the workspace
 * @param accentColor     of buttons, {@code #rrggbb} in lower case; null: the usual one
 * @param backgroundColor behind the page; null: the usual one
 * @param supportUrl      where end users get help; null: none
 * @param privacyUrl      the privacy notice; null: none
 * @param logo            null: none
 * @param version         counts its changes; 0: never changed
 */
public record Branding(@Nullable String name, @Nullable String accentColor, @Nullable String backgroundColor,
    @Nullable String supportUrl,
    @Nullable String privacyUrl, @Nullable PngImage logo, long version) {
  /** What proxies can show of it; the name stands with each integration. Null: nothing. */
  public Feed.@Nullable Branding forProxies() {
    return accentColor == null && logo == null ? null : new Feed.Branding(accentColor, logo == null ? null : logo.base64());
  }

  /** Of a workspace that set nothing. */
  static final Branding NONE = new Branding(null, null, null, null, null, null, 0);
}
