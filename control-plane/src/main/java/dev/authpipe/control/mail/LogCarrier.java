package dev.authpipe.control.mail;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints letters to the log, with the codes in them: the mail of development. Must never run in production. */
final class LogCarrier implements Carrier {
  private static final Logger LOG = LoggerFactory.getLogger(LogCarrier.class);

  @Override
  public void carry(Letter letter) {
    LOG.warn("mail to {} (development prints it)\n{}\n\n{}", letter.to(), letter.subject(), letter.text());
  }

  @Override
  public void check() {
    // the log takes every letter
  }
}
