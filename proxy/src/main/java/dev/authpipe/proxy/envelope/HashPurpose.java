package dev.authpipe.proxy.envelope;

/**
 * What a keyed hash of a random secret or a request is for; hashes of different purposes never match each other. The names are part of the
 * stored format and must never change.
 */
public enum HashPurpose {
  /** The OAuth {@code state} of a connect attempt. */
  CONNECT_STATE("connect-state"),
  /** The session token of a connect session. */
  SESSION_TOKEN("session-token"),
  /** The finish code of a connect session. */
  FINISH_CODE("finish-code"),
  /** The browser binding of the connect flow. */
  BROWSER("browser"),
  /** An {@code Idempotency-Key}. */
  IDEMPOTENCY("idempotency"),
  /** A whole request, to recognise its repetition. */
  REQUEST("request"),
  /** The content of a {@code file:} secret, to recognise that it changed. */
  CLIENT_SECRET_FINGERPRINT("client-secret-fingerprint"),
  /** A one-time link to enter a client secret. */
  CLIENT_SECRET_ENTRY("client-secret-entry");

  private final String label;

  HashPurpose(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
