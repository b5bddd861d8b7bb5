package dev.authpipe.proxy.link;

import java.util.Locale;

/** The control plane gave no usable answer. The message is ours; nothing that it sent is repeated. */
final class LinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Trouble trouble;

  /** What kinds of trouble there are with an answer; each but the first is against the rules of docs/link-format.md and is counted in the audit log. */
  enum Trouble {
    /** Nobody is there, or this side stops: nobody's fault. */
    AWAY,
    /** The server is not the one that is pinned. */
    ANOTHER_SERVER,
    /** It did not come in time. */
    LATE,
    /** The connection ended within it, or it was no HTTP. */
    BROKEN,
    /** It is beyond its limit. */
    TOO_LARGE,
    /** A status that the link does not have, such as a redirect. */
    STATUS,
    /** This identity is not known there. */
    UNKNOWN_HERE,
    /** It is not a document of the link, or not one for this proxy. */
    MALFORMED;

    /** The reason in the audit log. */
    String word() {
      return "link_" + name().toLowerCase(Locale.ROOT);
    }
  }

  LinkException(Trouble trouble, String sentence) {
    super(sentence);
    this.trouble = trouble;
  }

  LinkException(Trouble trouble, String sentence, Throwable cause) {
    super(sentence, cause);
    this.trouble = trouble;
  }

  Trouble trouble() {
    return trouble;
  }
}
