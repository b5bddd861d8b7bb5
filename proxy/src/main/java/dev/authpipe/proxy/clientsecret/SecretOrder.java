package dev.authpipe.proxy.clientsecret;

/** Which of two client secrets is sent first, and what is learned by sending them. */
interface SecretOrder {
  /** Whether the one before the present goes first. */
  boolean beforeFirst();

  /** The provider refused the other one just now. Never blocks. */
  void prefer(boolean before);

  /** The provider carried out what was asked with it. Never blocks. */
  void took(boolean before);

  /** Writes down what is worth it; called when answers are safe. Never throws; may block. */
  void settle();
}
