package dev.authpipe.control.policy;

/** Contrast of colours (WCAG 2.2, definition of contrast ratio). Never judges a text that is no colour. */
final class Contrast {
  private Contrast() {}

  /** Of {@code #rrggbb} to white, from 1 to 21. */
  static double toWhite(String colour) {
    int rgb = Integer.parseInt(colour.substring(1), 16);
    return 1.05 / (0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb) + 0.05);
  }

  private static double linear(int channel) {
    double value = (channel & 0xff) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }
}
