package dev.authpipe.proxy.envelope;

/**
 * What a sealed record is: the record kind and the field of it, both by numbers that never change meaning (see docs/crypto-format.md). Must
 * never be reordered into its ordinal, reused or renumbered: the numbers are part of what a ciphertext is bound to.
 */
public enum RecordKind {
  /** The credential of a connection; the entity is the connection. */
  CREDENTIAL(1, 1),
  /** A received answer that lost the compare-and-set; the entity is the connection, the binding its attempt. */
  CANDIDATE(2, 1),
  /** The PKCE verifier of a connect attempt. */
  CONNECT_VERIFIER(3, 1),
  /** The authorization code of a connect attempt. */
  CONNECT_CODE(3, 2),
  /** A key that an end user entered on the hosted page and that is not finished yet. */
  PENDING_KEY(3, 3),
  /** Tokens owed to a provider's revocation endpoint; the entity is the revocation. */
  REVOCATION(4, 1),
  /** An OAuth client secret; the entity is the integration, the binding the origin of the token endpoint. */
  CLIENT_SECRET(5, 1),
  /** A private key of an integration; bound as {@link #CLIENT_SECRET}. */
  CLIENT_PRIVATE_KEY(5, 2),
  /** A webhook secret of an integration. */
  WEBHOOK_SECRET(5, 3),
  /** The remembered answer to an idempotent request; the entity is the API key, the binding the request's hash. */
  IDEMPOTENT_RESPONSE(6, 1),
  /** An answer to a refresh in the rescue journal; the entity is the connection, the binding the rest of its place. */
  JOURNAL_REFRESH(7, 1),
  /** An answer to a finish in the rescue journal; bound as {@link #JOURNAL_REFRESH}. */
  JOURNAL_FINISH(7, 2),
  /** A signing secret of a webhook endpoint; the entity is the endpoint, the generation the secret's version. */
  WEBHOOK_SIGNING_SECRET(8, 1);

  private final int kind;
  private final int field;

  RecordKind(int kind, int field) {
    this.kind = kind;
    this.field = field;
  }

  /** The stable number of the record kind. */
  public int kind() {
    return kind;
  }

  /** The stable number of the field in its kind; not the SQL name. */
  public int field() {
    return field;
  }
}
