package dev.authpipe.quickstart.flow;

import org.jspecify.annotations.Nullable;

/** Something that one step learns and later steps need. */
final class Known<T> {
  private final String what;
  private @Nullable T value;

  Known(String what) {
    this.what = what;
  }

  void is(T learned) {
    value = learned;
  }

  boolean isKnown() {
    return value != null;
  }

  T get() {
    if (value == null) {
      throw new StepFailure(what + " from an earlier step", "nothing");
    }
    return value;
  }
}
