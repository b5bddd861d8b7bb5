package dev.authpipe.proxy.oauth;

/** A provider's answer cannot be used. The message is one of ours: a short stable word, never a part of the answer. */
final class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1L;
  private final String reason;

  MalformedAnswerException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** A short stable word. */
  String reason() {
    return reason;
  }
}
