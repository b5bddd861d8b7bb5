/** How the page looks while it asks for an integration. What comes here was checked by the server. */

function channel(value) {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(colour.slice(at, at + 2), 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** White or near black: whichever is read better on a colour. One of them always has a contrast above 4.5. */
export function inkOn(colour) {
  const light = luminance(colour);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.0585 ? "#ffffff" : "#16181b";
}

/** Puts a theme in force, in place of the one before. */
export function wear(theme) {
  const style = document.documentElement.style;
  const set = (name, value) => (value ? style.setProperty(name, value) : style.removeProperty(name));
  set("--own-accent", theme?.accent);
  set("--own-accent-ink", theme?.accent && inkOn(theme.accent));
  set("--own-accent-dark", theme?.accent_dark);
  set("--own-accent-dark-ink", theme?.accent_dark && inkOn(theme.accent_dark));
}
