package dev.authpipe.proxy.clientsecret;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/** The opened client secrets of an integration: the present one and, while it is tried as well, the one before. Whoever receives them closes them. */
final class OpenSecrets {
  private final SecretText present;
  private final long version;
  private final @Nullable SecretText before;
  private final @Nullable PreviousRow beforeRow;

  OpenSecrets(SecretText present, long version, @Nullable SecretText before, @Nullable PreviousRow beforeRow) {
    this.present = present;
    this.version = version;
    this.before = before;
    this.beforeRow = beforeRow;
  }

  SecretText present() {
    return present;
  }

  long version() {
    return version;
  }

  @Nullable
  SecretText before() {
    return before;
  }

  @Nullable
  PreviousRow beforeRow() {
    return beforeRow;
  }
}
