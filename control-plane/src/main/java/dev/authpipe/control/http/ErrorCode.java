package dev.authpipe.control.http;

import java.util.Locale;
import java.util.Optional;

/**
 * Every error that a browser, a program or a proxy can meet at the control plane, with the stable code they may build on. Must never be
 * renamed once released; the status tells who has to act (docs/api/control-errors.md, which is generated from here).
 */
public enum ErrorCode {
  // @formatter:off
  // The request.
  INVALID_REQUEST(400, "The request is not valid",
      "A parameter, header or body is missing or has a wrong form; the detail names it."),
  INVALID_JSON(400, "The body is not valid JSON", "Syntax, a duplicate key, or depth or length beyond the limits."),
  UNKNOWN_FIELD(400, "The body has an unknown field", "A field that this operation does not know; nothing was done."),
  UNKNOWN_PARAMETER(400, "The query has an unknown parameter", "A query parameter that this operation does not know."),
  INVALID_FRAMING(400, "The HTTP message is malformed",
      "Ambiguous or broken HTTP framing; the connection is closed (RFC 9112 section 6.3)."),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here", "The path exists, the method does not; see the Allow header."),
  NOT_ACCEPTABLE(406, "No acceptable form of the answer", "The Accept header excludes what this operation answers."),
  REQUEST_TIMEOUT(408, "The request did not arrive in time", "The body stopped arriving; the connection is closed."),
  BODY_TOO_LARGE(413, "The body is too large", "The body is beyond the limit of the operation."),
  URI_TOO_LONG(414, "The address is too long", "The request line is beyond the limit."),
  SECRET_REFUSED(400, "The control plane takes no secret", "The body has something like a secret; nothing was kept. It is set at the proxy: bin/authpipe secret set SLUG. What was sent here should be replaced at the provider."),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported", "Operations take application/json unless they say otherwise."),
  HEADERS_TOO_LARGE(431, "The headers are too large", "The header section is beyond the limit."),
  UNPROCESSABLE(422, "The request cannot be carried out",
      "Well-formed, but its values contradict each other or the configuration."),
  IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another request", "Same key, other body: nothing was done."),
  CODE_INVALID(422, "The code is not valid", "Unknown, used, expired, or not for this; ask for another."),
  PASSWORD_UNFIT(422, "The password is not fit", "A password has at least 12 characters, four different ones, and at most 256 bytes, and is not the address."),
  // Who asks.
  UNAUTHENTICATED(401, "Nobody is signed in", "No session, or one that ended."),
  SIGN_IN_FAILED(401, "Sign-in failed", "Address, password or code is wrong; which one is not told."),
  ADDRESS_UNVERIFIED(403, "The address is not verified", "The password is right; a code that verifies the address was sent to it."),
  SECOND_FACTOR_OWED(403, "A second factor has to be set up first", "Owners and admins need one; until it is set up nothing else is possible."),
  ROLE_MISSING(403, "The role does not allow this", "The person is a member of the workspace, but not as one who may do this."),
  CROSS_SITE(403, "The request came from another site",
      "A state change without our own Origin, or without the token of GET /api/v1/csrf-token."),
  // Unknown.
  NOT_FOUND(404, "Not found", "No such route, or an id that is unknown or belongs to a workspace of others."),
  // State.
  CONFLICT(409, "The state does not allow this", "Something changed, or is already so; read it again."),
  NAME_TAKEN(409, "The name is taken", "Names of this kind are unique; choose another."),
  PLAN_LIMIT_REACHED(409, "The plan does not allow more", "The plan of the workspace limits how many there may be."),
  LAST_OWNER(409, "A workspace keeps an owner", "Make somebody else an owner first, or delete the workspace."),
  IDENTITY_NOT_LINKABLE(409, "The identity cannot be linked", "Both sides need the same verified address, and the identity must be nobody else's."),
  LINK_NOT_SET_UP(409, "The link is not set up", "The operator has not given the control plane the keys of the data-plane link."),
  // Limits.
  SIGN_IN_PAUSED(429, "Too many failed attempts", "No attempt is looked at until Retry-After; a reset code by mail always helps."),
  RATE_LIMITED(429, "Too many requests", "Retry-After says when to come again."),
  // Others.
  IDENTITY_PROVIDER_UNAVAILABLE(502, "The identity provider does not answer", "Or not as OpenID Connect says."),
  // Ours.
  INTERNAL_ERROR(500, "Something went wrong here", "A mistake of ours; the request id finds it in the log."),
  STORE_UNAVAILABLE(503, "The store is not available", "PostgreSQL does not answer."),
  OVERLOADED(503, "Too much is under way", "A queue is full; try again.");
  // @formatter:on

  private final int status;
  private final String title;
  private final String meaning;
  private final String code = name().toLowerCase(Locale.ROOT);

  ErrorCode(int status, String title, String meaning) {
    this.status = status;
    this.title = title;
    this.meaning = meaning;
  }

  /** The stable code in lower case, as it stands in {@code code}. */
  public String code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** A short sentence that never changes from one occurrence to the next. */
  public String title() {
    return title;
  }

  /** What it means, for the documentation. */
  public String meaning() {
    return meaning;
  }

  /** The identifier of the kind of problem (RFC 9457 section 3.1.1). */
  public String type() {
    return "urn:authpipe:error:" + code;
  }

  /** The constant of a stable code. */
  public static Optional<ErrorCode> of(String code) {
    for (ErrorCode candidate : values()) {
      if (candidate.code.equals(code)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
