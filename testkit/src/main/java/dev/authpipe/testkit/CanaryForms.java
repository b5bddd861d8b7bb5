package dev.authpipe.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.authpipe.testkit.CanaryText.Form;

/** The byte patterns under which one marker can appear, looked up by their first byte so that one pass finds them all. */
final class CanaryForms {

  private static final class Pattern {

    final Form form;
    final MemorySegment bytes;

    Pattern(Form form, byte[] bytes) {
      this.form = form;
      this.bytes = MemorySegment.ofArray(bytes);
    }
  }

  private final List<List<Pattern>> byFirstByte = new ArrayList<>();
  private final boolean[] firstTwoBytes = new boolean[1 << 16];

  private CanaryForms() {
    for (var i = 0; i < 256; i++) {
      byFirstByte.add(new ArrayList<>());
    }
  }

  static CanaryForms of(String text) {
    var forms = new CanaryForms();
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    forms.add(Form.RAW, text);
    var hex = HexFormat.of().formatHex(bytes);
    forms.add(Form.HEX, hex);
    forms.add(Form.HEX, hex.toUpperCase(Locale.ROOT));
    var percent = HexFormat.of().withPrefix("%");
    forms.add(Form.URL_ENCODED, percent.formatHex(bytes));
    forms.add(Form.URL_ENCODED, percent.withUpperCase().formatHex(bytes));
    for (var shift = 0; shift < 3; shift++) {
      forms.addBase64(Base64.getEncoder(), bytes, shift);
      forms.addBase64(Base64.getUrlEncoder(), bytes, shift);
    }
    return forms;
  }

  /** Whether any pattern begins with these two bytes: most places are passed by on this alone. */
  boolean mayBegin(int twoBytes) {
    return firstTwoBytes[twoBytes];
  }

  Optional<Form> at(MemorySegment content, long offset) {
    for (var pattern : byFirstByte.get(content.get(ValueLayout.JAVA_BYTE, offset) & 0xff)) {
      var end = offset + pattern.bytes.byteSize();
      if (end <= content.byteSize()
          && MemorySegment.mismatch(content, offset, end, pattern.bytes, 0, pattern.bytes.byteSize()) < 0) {
        return Optional.of(pattern.form);
      }
    }
    return Optional.empty();
  }

  /** The characters that are the same whatever stands before and after the marker, for one of the three alignments. */
  private void addBase64(Base64.Encoder encoder, byte[] bytes, int shift) {
    var shifted = new byte[shift + bytes.length];
    System.arraycopy(bytes, 0, shifted, shift, bytes.length);
    var encoded = encoder.withoutPadding().encodeToString(shifted);
    add(Form.BASE64, encoded.substring((shift * 8 + 5) / 6, shifted.length * 8 / 6));
  }

  private void add(Form form, String pattern) {
    var bytes = pattern.getBytes(StandardCharsets.US_ASCII);
    firstTwoBytes[(bytes[0] & 0xff) << 8 | (bytes[1] & 0xff)] = true;
    byFirstByte.get(bytes[0] & 0xff).add(new Pattern(form, bytes));
  }
}
