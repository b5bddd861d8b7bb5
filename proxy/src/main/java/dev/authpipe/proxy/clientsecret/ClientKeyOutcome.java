package dev.authpipe.proxy.clientsecret;

/** What asking for a change of an integration's keys came to. */
public sealed interface ClientKeyOutcome {
  /** Done; the key that it was about, as it is now. */
  record Done(ClientKeyView key) implements ClientKeyOutcome {}

  /** Nothing was changed. */
  record Refused(Reason reason) implements ClientKeyOutcome {}

  /** Why nothing was changed. */
  enum Reason {
    /** The first key is made once. */
    EXISTS("The integration has a key already: rotate it."),
    /** There is no key to rotate. */
    NONE("The integration has no key yet: make one."),
    /** A rotation is under way. */
    UNDER_WAY("The next key is published already: activate or retire it first."),
    /** There is no rotation under way. */
    NOT_UNDER_WAY("No next key is published: rotate first."),
    /** No key has that id. */
    UNKNOWN("The integration has no such key."),
    /** Without it nothing would sign. */
    LAST("No other key could sign: rotate first, or say that it is meant to be the last."),
    /** Too many keys at a time. */
    TOO_MANY("Too many keys are published at a time: wait until one of them is gone."),
    /** Somebody else was faster. */
    CHANGED("The keys of the integration changed meanwhile: look again.");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }

    /** For people. */
    public String sentence() {
      return sentence;
    }
  }
}
