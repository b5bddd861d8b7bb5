package dev.authpipe.control.member.password;

/**
 * What one hash costs with Argon2id (RFC 9106). The usual values are the first of those that OWASP holds equal; a hash with other values is
 * made anew at the next sign-in.
 *
 * @param memoryKib  memory in KiB
 * @param iterations passes over it
 * @param lanes      degree of parallelism
 */
public record PasswordCost(int memoryKib, int iterations, int lanes) {
  /** 19 MiB, two passes, one lane. */
  public static final PasswordCost USUAL = new PasswordCost(19_456, 2, 1);

  /** Checks the limits; those of a stored hash too, so that no row can ask for all memory. */
  public PasswordCost {
    if (lanes < 1 || lanes > 16 || iterations < 1 || iterations > 16 || memoryKib < 8 * lanes || memoryKib > 1024 * 1024) {
      throw new IllegalArgumentException("beyond the limits of a password hash");
    }
  }
}
