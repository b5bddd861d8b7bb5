package dev.authpipe.proxy.connection;

import dev.authpipe.proxy.secret.SecretText;

/** Whether a secret can stand in a header: one with a control character could end the header and begin another (S24). */
final class Injectable {
  private Injectable() {}

  static boolean isSafe(SecretText secret) {
    for (byte b : secret.exposeUtf8()) {
      if ((b >= 0 && b < 0x20) || b == 0x7F) {
        return false;
      }
    }
    return true;
  }
}
