package dev.authpipe.wire;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a name before end users must not hold, on either plane: signs that are not seen, that turn the reading direction, or letters of look-alike
 * scripts within one word (Unicode TR 36 and 39). Never says that a name is who it claims to be.
 */
public final class ShownName {
  /** Scripts whose letters pass for each other, with those that nobody writes a name in today but that pass for Latin. */
  private static final Set<UnicodeScript> ALIKE = Set.of(UnicodeScript.LATIN, UnicodeScript.GREEK, UnicodeScript.CYRILLIC,
      UnicodeScript.ARMENIAN, UnicodeScript.CHEROKEE, UnicodeScript.COPTIC, UnicodeScript.LISU, UnicodeScript.DESERET,
      UnicodeScript.OLD_ITALIC);
  /** What is drawn as nothing though it is a letter, a mark or a symbol. */
  private static final Pattern BLANK = Pattern.compile("[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164"
      + "\\ufe00-\\ufe0f\\uffa0\\ufffc\\x{16fe4}\\x{1d159}\\x{e0100}-\\x{e01ef}]");
  /** More marks on one letter than any language has reach into the lines around. */
  private static final Pattern STACKED = Pattern.compile("\\p{M}{4}");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

  private ShownName() {}

  /** Whether a name does not look like what it is. */
  public static boolean misleads(String name) {
    return name.codePoints().noneMatch(Character::isLetterOrDigit) || name.codePoints().anyMatch(ShownName::isHidden)
        || BLANK.matcher(name).find()
        || STACKED.matcher(name).find() || BETWEEN_WORDS.splitAsStream(plain(name)).anyMatch(ShownName::isMixed);
  }

  /** Letters in other dress, which are of no script, as those of theirs. */
  private static String plain(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC);
  }

  private static boolean isHidden(int sign) {
    return switch (Character.getType(sign)) {
      case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE,
          Character.PRIVATE_USE, Character.UNASSIGNED ->
        true;
      case Character.SPACE_SEPARATOR -> sign != ' ' && sign != 0xa0;
      default -> false;
    };
  }

  private static boolean isMixed(String word) {
    return word.codePoints().mapToObj(UnicodeScript::of).filter(ALIKE::contains).distinct().limit(2).count() > 1;
  }
}
