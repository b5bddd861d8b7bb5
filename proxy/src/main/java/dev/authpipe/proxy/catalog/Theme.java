package dev.authpipe.proxy.catalog;

import org.jspecify.annotations.Nullable;

/**
 * How the hosted page looks while it asks for an integration. Never an address: the page requests nothing from anybody else.
 *
 * @param accent     colour of what is pressed, {@code #rrggbb}, on light paper; null: the usual one
 * @param accentDark the same on dark paper; null: the usual one
 * @param logo       the application's picture, a PNG, as a {@code data:} URL; null: its initial
 */
public record Theme(@Nullable String accent, @Nullable String accentDark, @Nullable String logo) {
  /** As usual. */
  public static final Theme USUAL = new Theme(null, null, null);

  /** Tells of a change: the same text means the same theme. */
  String settings() {
    return equals(USUAL) ? "" : " theme=" + accent + "," + accentDark + "," + logo;
  }
}
