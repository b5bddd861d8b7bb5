package dev.authpipe.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  @Test
  void membersAreSortedByUtf16CodeUnits() {
    // The sample of RFC 8785 section 3.2.3.
    Map<String, String> members = new HashMap<>();
    for (String name : List.of("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude02", "\u0080", "\u00f6")) {
      members.put(name, "");
    }
    assertThat(write(members)).isEqualTo(
        "{\"\\r\":\"\",\"1\":\"\",\"\u0080\":\"\",\"\u00f6\":\"\",\"\u20ac\":\"\",\"\ud83d\ude02\":\"\",\"\ufb33\":\"\"}");
  }

  @Test
  void stringsAreEscapedAsEcmaScriptDoes() {
    assertThat(write(Map.of("s", "\u0001\b\t\n\u000b\f\r\u001f\"\\/\u007f\u2028")))
        .isEqualTo("{\"s\":\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\u007f\u2028\"}");
  }

  @Test
  void objectsAreFlat() {
    assertThat(write(Map.of("b", true, "a", Map.of("n", -7L), "c", Map.of())))
        .isEqualTo("{\"a\":{\"n\":-7},\"b\":true,\"c\":{}}");
    assertThatThrownBy(() -> write(Map.of("a", Map.of("b", Map.of())))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatHasNoPlaceInAnEventIsRefused() {
    for (Object value : List.of(1.5, List.of(), 1L << 53, "\ud83d", "\ude02")) {
      assertThatThrownBy(() -> write(Map.of("a", value))).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String write(Map<String, ?> object) {
    return new String(CanonicalJson.write(object), StandardCharsets.UTF_8);
  }
}
