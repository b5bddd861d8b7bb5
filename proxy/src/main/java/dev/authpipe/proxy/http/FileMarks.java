package dev.authpipe.proxy.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import dev.authpipe.proxy.secret.SecretText;

/** Tells by their content whether files changed, so that neither the clock of a volume nor a link that is switched matters. */
final class FileMarks {
  private FileMarks() {}

  /** A hash of all files of a listener's TLS. One that cannot be read has a mark too. */
  static byte[] of(ListenerTls tls) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, tls.certificate());
      try (SecretText secret = tls.secret().get()) {
        digest.update(secret.exposeUtf8());
      } catch (RuntimeException unreadable) {
        digest.update((byte) 0xFE);
      }
      Path authorities = tls.clientAuthorities();
      if (authorities != null) {
        add(digest, authorities);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  private static void add(MessageDigest digest, Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      digest.update((byte) (content.length >>> 16));
      digest.update((byte) (content.length >>> 8));
      digest.update((byte) content.length);
      digest.update(content);
    } catch (IOException away) {
      digest.update((byte) 0xFF);
    }
  }
}
