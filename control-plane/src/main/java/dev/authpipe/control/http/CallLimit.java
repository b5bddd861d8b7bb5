package dev.authpipe.control.http;

/** How often a route may be called (S37). Counted in this process; beyond it the answer is 429. */
public enum CallLimit {
  /** 600 a minute for a person, 120 a minute for an address without a session. */
  USUAL,
  /** Sign-in and what leads to it: 20 a minute for an address. */
  SIGN_IN,
  /** What destroys: 10 a minute for a person. */
  DESTRUCTIVE
}
