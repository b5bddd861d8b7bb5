package dev.authpipe.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that end users see, and names that they must not see. */
@Tag("S71")
class ShownNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"Acme", "Acme & Söhne", "Acme\u00a0Tasks 2.0", "株式会社Acme", "Яндекс Tasks", "Δήμος Αθηναίων",
      "مهام أكمي", "משימות Acme", "टास्क", "a\u0301cme", "Acme™ (beta) – préprod", "A"})
  void aNameOfAnyLanguageIsTaken(String name) {
    assertThat(ShownName.misleads(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u00a0", "Acme\u202egro.live", "\u2066Acme\u2069", "\u061cAcme", "Ac\u200bme", "Ac\u200dme",
      "Ac\u2060me",
      "\ufeffAcme", "Ac\u00adme", "Acme\u2028x", "a\nb", "a\tb", "\u3164", "Acme\u2800", "Acme\ufe0f", "A\u034fcme",
      "Acme\u2003Bank",
      "\udb40\udc41cme", "\ue000", "P\u0430ypal", "G\u03bfogle", "\u0405lack", "Ωmega",
      "\ud835\uddaf\u0430ypal", "\ud835\uddb3\u0430\u0441\u043a", "G\ua4f3ogle", "Ac\u2c9fme", "Ac\ud834\udd59me", "Ac\ufffcme",
      "A\u0301\u0301\u0301\u0301cme"})
  void oneThatDoesNotLookLikeWhatItIsIsNot(String name) {
    assertThat(ShownName.misleads(name)).isTrue();
  }
}
