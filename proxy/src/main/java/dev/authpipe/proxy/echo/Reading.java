package dev.authpipe.proxy.echo;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads a text as it stands, and where escapes could hide a form also with them undone, once and twice. Says which end of it has to be read again
 * when more comes. Secret material: closing wipes it.
 */
final class Reading implements AutoCloseable {
  /** A form stands in the text. */
  static final int FOUND = -1;
  /** How often escapes are undone: an address in an address, JSON in JSON. */
  private static final int LEVELS = 2;

  private final SecretForms forms;
  private final FormSearch search;
  private final EchoScratch scratch;
  private boolean @Nullable [] telling;

  Reading(SecretForms forms, FormSearch search, EchoScratch scratch) {
    this.forms = forms;
    this.search = search;
    this.scratch = scratch;
  }

  /**
   * Looks for a form.
   *
   * @param last whether nothing follows, so that nothing is to be read again
   * @return {@link #FOUND}, or where the end begins in which one could have begun
   */
  int look(byte[] text, int from, int to, boolean last) {
    return look(text, from, to, last, 0);
  }

  private int look(byte[] text, int from, int to, boolean last, int level) {
    if (search.isIn(text, from, to)) {
      return FOUND;
    }
    int end = last ? to : Math.max(from, to - forms.longest() + 1);
    int begin = level == LEVELS ? to : firstTelling(text, from, to);
    if (begin == to) {
      return end;
    }
    int endBehindEscapes = lookBehindEscapes(text, begin, to, last, level);
    return endBehindEscapes == FOUND ? FOUND : Math.min(end, endBehindEscapes);
  }

  private int lookBehindEscapes(byte[] text, int from, int to, boolean last, int level) {
    Unescaped plain = scratch.unescaped(level);
    plain.read(text, from, to);
    int end = look(plain.bytes(), 0, plain.length(), last, level + 1);
    if (end == FOUND) {
      return FOUND;
    }
    return last ? to : plain.origin(text, from, to, end);
  }

  /** Where a form could begin that the first escape which matters is a part of; the end if there is none. */
  private int firstTelling(byte[] text, int from, int to) {
    int begin = from;
    int at = Escapes.find(text, from, to);
    while (at < to) {
      int escape = Escapes.at(text, at, to);
      if (escape == Escapes.INCOMPLETE || (escape != Escapes.NONE && isTelling(Escapes.meant(escape)))) {
        return Math.max(begin, at - forms.longest() + 1);
      }
      if (escape == Escapes.NONE) {
        at++;
      } else {
        at += Escapes.length(escape);
        begin = at; // what an escape stands for that is in no form, no form goes across
      }
      at = Escapes.find(text, at, to);
    }
    return to;
  }

  /** Whether what an escape stands for may be a part of a form, or of another escape. */
  private boolean isTelling(int meant) {
    boolean[] known = telling;
    if (known == null) {
      known = new boolean[256];
      for (int i = 0; i < forms.end(forms.count() - 1); i++) {
        known[forms.bytes()[i] & 0xFF] = true;
      }
      known['%'] = true;
      known['\\'] = true;
      telling = known;
    }
    return meant >= known.length || known[meant];
  }

  /** Whether nothing of what is looked for is left. */
  boolean isWiped() {
    for (byte one : forms.bytes()) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    if (telling != null) {
      Arrays.fill(telling, false);
    }
    search.close();
    forms.close();
  }
}
