package dev.authpipe.proxy.echo;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Says whether one of several forms stands in a text. Looks at one gram in every {@code stride} bytes: wherever a form stands, one of its last
 * {@code stride} grams is met, and those are in a table. The last ones, for the first bytes of a secret are often known and could be completed
 * one by one by whoever measures how long a look takes; spread by a number of each call, for the same reason. Secret material: closing wipes it.
 */
final class FormSearch implements AutoCloseable {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LARGEST_STRIDE = 16;
  private static final int STRIDE_OF_LONGS = 8;
  private static final int SLOT_BITS = 12;
  private static final int MOST_ENTRIES = 0xFF;

  private final SecretForms forms;
  private final long spread;
  private final int gram;
  private final int stride;
  private final EchoScratch scratch;
  private final byte[] slots;
  private final byte[] followers;
  private boolean closed;

  /** @param scratch lends the table, and a number for each call */
  FormSearch(SecretForms forms, EchoScratch scratch) {
    this.forms = forms;
    this.scratch = scratch;
    this.spread = scratch.random() | 1;
    this.slots = scratch.table(1 << SLOT_BITS);
    this.gram = forms.shortest() >= Long.BYTES + STRIDE_OF_LONGS - 1 ? Long.BYTES : Integer.BYTES;
    this.stride = Integer.highestOneBit(
        Math.min(Math.min(LARGEST_STRIDE, forms.shortest() - gram + 1), MOST_ENTRIES / forms.count()));
    this.followers = new byte[forms.count() * stride + 1];
    for (int form = 0; form < forms.count(); form++) {
      int last = forms.end(form) - gram;
      for (int back = 0; back < stride; back++) {
        int entry = form * stride + back + 1;
        int slot = slot(gram(forms.bytes(), last - back));
        followers[entry] = slots[slot];
        slots[slot] = (byte) entry;
      }
    }
  }

  /** Whether a form stands between two places of a text. */
  boolean isIn(byte[] text, int from, int to) {
    for (int at = from; at <= to - gram; at += stride) {
      long here = gram(text, at);
      int entry = slots[slot(here)] & 0xFF;
      if (entry != 0 && isOne(entry, here, text, at, from, to)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOne(int first, long here, byte[] text, int at, int from, int to) {
    for (int entry = first; entry != 0; entry = followers[entry] & 0xFF) {
      int form = (entry - 1) / stride;
      int back = (entry - 1) % stride;
      int end = at + gram + back;
      int begin = end - forms.length(form);
      if (begin >= from && end <= to && here == gram(forms.bytes(), forms.end(form) - back - gram) && isAt(text, begin, form)) {
        return true;
      }
    }
    return false;
  }

  /** Takes as long whatever is there (S7). */
  private boolean isAt(byte[] text, int begin, int form) {
    int difference = 0;
    for (int i = 0; i < forms.length(form); i++) {
      difference |= text[begin + i] ^ forms.bytes()[forms.begin(form) + i];
    }
    return difference == 0;
  }

  private long gram(byte[] text, int at) {
    return gram == Long.BYTES ? (long) LONGS.get(text, at) : (int) INTS.get(text, at);
  }

  private int slot(long gram) {
    return (int) ((gram * spread) >>> (Long.SIZE - SLOT_BITS));
  }

  @Override
  public void close() {
    Arrays.fill(followers, (byte) 0);
    if (!closed) {
      closed = true;
      Arrays.fill(slots, (byte) 0);
      scratch.giveBack(slots);
    }
  }
}
