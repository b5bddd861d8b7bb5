package dev.authpipe.control.mail;

/** Takes a letter to where it goes. Blocks. */
interface Carrier {
  /**
   * Hands a letter over.
   *
   * @throws MailException if it could not be
   */
  void carry(Letter letter);

  /**
   * Goes as far as a letter would, without one.
   *
   * @throws MailException if none would be taken
   */
  void check();
}
