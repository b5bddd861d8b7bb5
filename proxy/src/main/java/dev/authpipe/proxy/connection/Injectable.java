package dev.authpipe.proxy.connection;

import dev.authpipe.proxy.secret.SecretText;

/** Whether a secret can stand in a header as it is (S24): visible characters, with blanks only between them. */
final class Injectable {
  private Injectable() {}

  /** For what is encoded before it is sent (RFC 7617), which no control character belongs into all the same. */
  static boolean isSafeEncoded(SecretText secret) {
    for (byte b : secret.exposeUtf8()) {
      if ((b >= 0 && b < 0x20) || b == 0x7F) {
        return false;
      }
    }
    return true;
  }

  static boolean isSafe(SecretText secret) {
    byte[] bytes = secret.exposeUtf8();
    for (byte b : bytes) {
      if (b < 0x20 || b == 0x7F) {
        return false;
      }
    }
    return bytes.length > 0 && bytes[0] != ' ' && bytes[bytes.length - 1] != ' ';
  }
}
