package dev.authpipe.proxy.journal;

import java.io.IOException;

/** The journal is full of answers that are not settled yet. */
final class JournalFullException extends IOException {
  private static final long serialVersionUID = 1;

  JournalFullException() {
    super("the journal is full");
  }
}
