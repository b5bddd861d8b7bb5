package dev.authpipe.proxy.link;

/** The control plane gave no usable answer. The message is ours; nothing that it sent is repeated. */
final class LinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LinkException(String sentence) {
    super(sentence);
  }

  LinkException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
