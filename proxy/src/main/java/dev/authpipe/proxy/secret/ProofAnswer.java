package dev.authpipe.proxy.secret;

/** An answer to a request for which a client proved itself: says whether it was the proof that was wrong. */
public interface ProofAnswer {
  /** Whether the proof was refused, for sure and alone: then nothing of the request was carried out (RFC 6749 section 5.2). */
  boolean refusesProof();

  /** Whether the request was carried out, so that the proof must have been taken. */
  boolean takesProof();
}
