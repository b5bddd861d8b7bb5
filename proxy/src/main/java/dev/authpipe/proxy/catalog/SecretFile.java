package dev.authpipe.proxy.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;

import dev.authpipe.proxy.secret.SecretText;

/**
 * A reference to a file that holds one secret. Never the secret itself; it is read when it is needed and not kept.
 *
 * @param path absolute
 */
public record SecretFile(Path path) {
  private static final int LARGEST = 64 * 1024;

  /**
   * Reads the secret: the file's content without one line end at its end.
   *
   * @param development whether a file that everybody may read is tolerated
   * @throws ConfigurationException if the file is missing, empty, larger than 64 KiB or readable by everybody
   */
  public SecretText read(boolean development) {
    byte[] content = new byte[0];
    try {
      if (!development && Files.getFileStore(path).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ)) {
        throw new ConfigurationException(path + ": everybody may read this secret; take the permission away (chmod o-r)");
      }
      if (Files.size(path) > LARGEST) {
        throw new ConfigurationException(path + ": a secret is at most 64 KiB");
      }
      content = Files.readAllBytes(path);
      int length = content.length;
      if (length > 0 && content[length - 1] == '\n') {
        length -= length > 1 && content[length - 2] == '\r' ? 2 : 1;
      }
      if (length == 0) {
        throw new ConfigurationException(path + ": the secret is empty");
      }
      return SecretText.copyOf(content, 0, length);
    } catch (IOException failure) {
      throw new ConfigurationException(path + ": the secret cannot be read", failure);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }
}
