package dev.authpipe.proxy.echo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * Knows the secrets of one call and finds them in what comes back (S26, docs/echo-guard.md). Prepares its search when it is asked for the first
 * time. Must be closed when the call is over, which wipes all of it. On one thread.
 */
public final class EchoGuard implements AutoCloseable {
  /** Shorter secrets are not looked for: they would be found where nobody wrote them. In bytes. */
  public static final int SHORTEST = SecretForms.LEAST;

  /** Of longer secrets the last bytes are looked for, which is where a signed one differs from others. In bytes. */
  static final int LONGEST = 80;

  private final EchoScratch scratch;
  private final List<SecretBytes> watched = new ArrayList<>(2);
  private int shortest = Integer.MAX_VALUE;
  private @Nullable Reading reading;

  EchoGuard(EchoScratch scratch) {
    this.scratch = scratch;
  }

  /**
   * Looks for this one too, from the next look on.
   *
   * @param one copied
   * @return false when it is shorter than {@link #SHORTEST} and not looked for
   */
  public boolean watch(byte[] one) {
    if (one.length < SHORTEST) {
      return false;
    }
    byte[] end = Arrays.copyOfRange(one, Math.max(0, one.length - LONGEST), one.length);
    watched.add(SecretBytes.taking(end));
    shortest = Math.min(shortest, SecretForms.decisive(end.length));
    forget();
    return true;
  }

  /** Whether there is anything to look for. */
  public boolean isWatching() {
    return !watched.isEmpty();
  }

  /** Whether a text is an echo or has one in it, such as a header's value. */
  public boolean isIn(CharSequence text) {
    if (text.length() < shortest) {
      return false;
    }
    byte[] window = scratch.window(text.length());
    for (int i = 0; i < text.length(); i++) {
      window[i] = (byte) text.charAt(i);
    }
    boolean found = reading().look(window, 0, text.length(), true) == Reading.FOUND;
    if (found) {
      scratch.wipe();
    }
    return found;
  }

  /** A look at a text that comes in parts. */
  public EchoScan scan() {
    return new EchoScan(this);
  }

  /** A look at what a gzip stream is the compressed form of. */
  public GzipScan gzip() {
    return new GzipScan(scan(), scan(), scratch.inflated());
  }

  EchoScratch scratch() {
    return scratch;
  }

  /** How to read, which is found out once. Only while there is something to look for. */
  Reading reading() {
    Reading ready = reading;
    if (ready == null) {
      SecretForms forms = new SecretForms(watched);
      ready = new Reading(forms, new FormSearch(forms, scratch), scratch);
      reading = ready;
    }
    return ready;
  }

  private void forget() {
    if (reading != null) {
      reading.close();
    }
    reading = null;
  }

  /** Wipes the secrets and all that was made of them. */
  @Override
  public void close() {
    forget();
    watched.forEach(SecretBytes::close);
    watched.clear();
  }

  @Override
  public String toString() {
    return "***";
  }
}
