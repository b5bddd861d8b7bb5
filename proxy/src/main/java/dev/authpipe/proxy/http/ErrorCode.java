package dev.authpipe.proxy.http;

import java.util.Locale;
import java.util.Optional;

/**
 * Every error that a caller, an end user's browser or an operator can meet, with the stable code they may build on. Must never be renamed
 * once released; the status tells who has to act (docs/api/errors.md, which is generated from here).
 */
public enum ErrorCode {
  // The request.
  INVALID_REQUEST(400, "The request is not valid",
      "A parameter, header or body is missing or has a wrong form; the detail names it."),
  INVALID_JSON(400, "The body is not valid JSON", "Syntax, a duplicate key, or depth or length beyond the limits."),
  UNKNOWN_FIELD(400, "The body has an unknown field", "A field that this operation does not know; nothing was done."),
  UNKNOWN_PARAMETER(400, "The query has an unknown parameter", "A query parameter that this operation does not know."),
  INVALID_FRAMING(400, "The HTTP message is malformed",
      "Ambiguous or broken HTTP framing; the connection is closed (RFC 9112 section 6.3)."),
  PATH_NOT_ALLOWED(400, "The path is not allowed",
      "Dot segments, encoded dots, slashes or backslashes, empty segments, or a path of the provider's OAuth endpoints."),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here", "The path exists, the method does not; see the Allow header."),
  NOT_ACCEPTABLE(406, "No acceptable form of the answer", "The Accept header excludes what this operation answers."),
  REQUEST_TIMEOUT(408, "The request did not arrive in time", "The body stopped arriving; the connection is closed."),
  BODY_TOO_LARGE(413, "The body is too large", "The body is beyond the limit of the operation."),
  URI_TOO_LONG(414, "The address is too long", "The request line is beyond the limit."),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported", "Operations take application/json unless they say otherwise."),
  HEADERS_TOO_LARGE(431, "The headers are too large", "The header section is beyond the limit."),
  UNPROCESSABLE(422, "The request cannot be carried out",
      "Well-formed, but its values contradict each other or the configuration."),
  IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another request", "Same key, other body: nothing was done."),
  RETURN_URL_NOT_ALLOWED(422, "The return URL is not allowed", "It must equal an entry of the integration's allowlist exactly."),
  PROVIDER_PARAMETER_INVALID(422, "A provider parameter is not valid",
      "It does not match the provider's pattern, or it may not be set here."),
  SCOPE_NOT_ALLOWED(422, "A scope is not allowed", "A scope that the integration does not permit."),
  CREDENTIAL_REFUSED(422, "The provider refused the credential",
      "The imported or replaced secret did not work at the provider; nothing was stored."),
  BATCH_REFUSED(422, "A row of the batch was refused",
      "`errors` names the rows and what is wrong with each, 100 at most; nothing of the batch was carried out."),

  // The caller's key.
  UNAUTHENTICATED(401, "The API key is missing or not valid", "No key, a malformed key, an unknown, expired or revoked key."),
  CLIENT_CERTIFICATE_REQUIRED(401, "The API key needs its client certificate",
      "The key is bound to client certificates, and the connection proved none of them."),
  SCOPE_MISSING(403, "The API key lacks a scope", "The key is valid but must not do this."),
  ADDRESS_NOT_ALLOWED(403, "The API key is not valid from this address", "The key is bound to address ranges."),
  INTEGRATION_NOT_ALLOWED(403, "The API key must not use this integration", "The key is bound to other integrations."),
  PROXY_ONLY(403, "The access token of this connection cannot be read",
      "The connection or integration is proxy-only: call the provider through the proxy."),
  END_USER_REQUIRED(403, "The API key must name the end user",
      "Send Authpipe-End-User or end_user; it must match the connection."),

  // Unknown.
  NOT_FOUND(404, "Not found", "No such route, or an id that is unknown or belongs to another workspace."),

  // State.
  CONFLICT(409, "The state does not allow this", "Something changed, or is already so; read it again."),
  CONFIGURED_BY_FILE(409, "Managed by the configuration file",
      "Integrations from authpipe.yaml are read-only here: change the file."),
  REQUEST_IN_PROGRESS(409, "The same request is still running", "A request with this idempotency key has not finished."),
  ACCOUNT_MISMATCH(409, "Another provider account was connected", "A reconnect must lead to the same account of the provider."),
  INTEGRATION_MISCONFIGURED(409, "The integration is not set up correctly",
      "The provider refuses the client registration (its id, secret or permissions); an operator has to correct it."),
  TOKEN_ORIGIN_CHANGED(409, "The token endpoint has moved",
      "The client secret was set for another token endpoint: set it again."),

  // The connect flow.
  SESSION_INVALID(400, "The connect session is not valid", "Unknown, expired, used up or already successful."),
  STATE_INVALID(400, "The authorization answer belongs to no attempt", "The state is unknown, expired or was used before."),
  BROWSER_MISMATCH(400, "The authorization was started in another browser",
      "The cookie that binds the attempt is missing or differs."),
  INTEGRATION_MISMATCH(400, "The authorization answer came to the wrong place",
      "The callback address is not that of the attempt's integration."),
  ISSUER_MISMATCH(400, "The authorization answer names another issuer", "The issuer is missing or differs (RFC 9207)."),
  CROSS_SITE(403, "The request came from another site", "A browser request without the right origin or CSRF token."),
  ACCESS_DENIED(400, "The authorization was declined", "The end user or the provider declined."),
  PROVIDER_REFUSED(400, "The provider refused the authorization", "The provider answered with a registered OAuth error."),
  PARAMETER_NOT_PROVEN(400, "The account was not proven",
      "An account named in the callback does not demonstrably belong to this end user."),
  ATTEMPT_LIMIT(409, "Too many attempts in this connect session", "Start a new connect session."),
  FINISH_CODE_INVALID(400, "The finish code is not valid", "Unknown, expired, used, or of another session."),
  VERIFIER_MISMATCH(400, "The code verifier does not match", "It must belong to the session's code_challenge (RFC 7636)."),
  END_USER_MISMATCH(400, "The end user does not match", "The session was made for another end user."),
  ENTRY_LINK_INVALID(400, "The entry link is not valid",
      "A one-time link to enter a client secret: unknown, run out, withdrawn or used already."),
  FINISH_CHANGED(409, "The repetition differs", "finish was already done with other values."),

  // This connection.
  REAUTH_REQUIRED(424, "The end user has to connect again", "The provider no longer accepts the credential."),
  REFRESH_BACKOFF(424, "The credential cannot be refreshed right now",
      "The provider fails; Retry-After says when the next try is due."),
  DISCONNECTED(424, "The connection is disconnected", "It was disconnected; its credential is erased."),

  // Limits.
  RATE_LIMITED(429, "Too many requests", "Retry-After says when to come again."),
  QUOTA_EXCEEDED(429, "The quota of the API key is used up", "The calls per month of the key are used up."),
  PROVIDER_RATE_LIMITED(429, "The provider takes no more calls just now",
      "The provider said so, or its profile does; this call was not made. Retry-After says when to come again."),
  /** S27. */
  CONNECTION_BUSY(429, "Too many calls at a time for this connection", "Too many proxied calls of one connection are under way."),

  // The provider.
  PROVIDER_UNREACHABLE(502, "The provider cannot be reached",
      "Name, connection or TLS failed, or the connection broke before an answer."),
  PROVIDER_ANSWER_INVALID(502, "The provider's answer is not usable", "Too large, malformed, or not what the protocol asks for."),
  CREDENTIAL_ECHOED(502, "The provider's answer repeats the credential",
      "It has the injected secret in it, and a caller is not to have that."),
  ADDRESS_REFUSED(502, "The provider's address is not allowed", "It leads to an address that the egress policy refuses."),
  PROVIDER_TIMEOUT(504, "The provider did not answer in time", "The deadline passed; the request may have been carried out."),

  // Ours.
  INTERNAL_ERROR(500, "Something went wrong here", "A mistake of ours; the request id finds it in the log."),
  INTEGRITY_ERROR(500, "A stored record was refused", "A sealed record does not belong where it stands; it was not used."),
  KEY_UNAVAILABLE(503, "The key is not available", "The key-management service refuses or does not answer."),
  STORE_UNAVAILABLE(503, "The store is not available", "PostgreSQL does not answer."),
  AUDIT_UNAVAILABLE(503, "The audit log cannot be written", "No secret is released while it cannot be recorded."),
  OVERLOADED(503, "Too much is under way", "A queue is full; try again.");

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
