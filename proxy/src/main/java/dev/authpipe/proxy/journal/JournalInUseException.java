package dev.authpipe.proxy.journal;

import java.nio.file.Path;

/** Another process writes the journal of this directory: two replicas were given the same one. */
public final class JournalInUseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JournalInUseException(Path directory) {
    super("the journal directory " + directory + " is in use by another process; each replica needs one of its own");
  }
}
