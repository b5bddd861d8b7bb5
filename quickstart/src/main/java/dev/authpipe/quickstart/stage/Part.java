package dev.authpipe.quickstart.stage;

import org.jspecify.annotations.Nullable;

/** Something that an earlier step has started. */
final class Part<T> {
  private final String what;
  private volatile @Nullable T part;

  Part(String what) {
    this.what = what;
  }

  void is(T started) {
    part = started;
  }

  T get() {
    T started = part;
    if (started == null) {
      throw new IllegalStateException(what + " has not been started");
    }
    return started;
  }
}
