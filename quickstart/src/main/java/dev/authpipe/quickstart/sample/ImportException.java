package dev.authpipe.quickstart.sample;

/** The provider answered, but not with issues. Its message never quotes the answer. */
final class ImportException extends Exception {

  private static final long serialVersionUID = 1L;

  ImportException(String message) {
    super(message);
  }
}
