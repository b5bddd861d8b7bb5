package dev.authpipe.sdk.error;

import java.io.Serializable;
import java.util.Objects;

/**
 * The stable, machine-readable name of a refusal ({@code code} of {@code application/problem+json}, RFC 9457). Open: a code
 * that this version does not know is kept as it came, so compare with {@link #equals(Object)} and have a branch for the rest.
 *
 * @param value the code, for instance {@code reauth_required}
 */
public record ErrorCode(String value) implements Serializable {

  /** 400: The end user or the provider declined. */
  public static final ErrorCode ACCESS_DENIED = new ErrorCode("access_denied");
  /** 400: The cookie that binds the attempt is missing or differs. */
  public static final ErrorCode BROWSER_MISMATCH = new ErrorCode("browser_mismatch");
  /** 400: The session was made for another end user. */
  public static final ErrorCode END_USER_MISMATCH = new ErrorCode("end_user_mismatch");
  /** 400: A one-time link to enter a client secret: unknown, run out, withdrawn or used already. */
  public static final ErrorCode ENTRY_LINK_INVALID = new ErrorCode("entry_link_invalid");
  /** 400: Unknown, expired, used, or of another session. */
  public static final ErrorCode FINISH_CODE_INVALID = new ErrorCode("finish_code_invalid");
  /** 400: The callback address is not that of the attempt's integration. */
  public static final ErrorCode INTEGRATION_MISMATCH = new ErrorCode("integration_mismatch");
  /** 400: Ambiguous or broken HTTP framing; the connection is closed (RFC 9112 section 6.3). */
  public static final ErrorCode INVALID_FRAMING = new ErrorCode("invalid_framing");
  /** 400: Syntax, a duplicate key, or depth or length beyond the limits. */
  public static final ErrorCode INVALID_JSON = new ErrorCode("invalid_json");
  /** 400: A parameter, header or body is missing or has a wrong form; the detail names it. */
  public static final ErrorCode INVALID_REQUEST = new ErrorCode("invalid_request");
  /** 400: The issuer is missing or differs (RFC 9207). */
  public static final ErrorCode ISSUER_MISMATCH = new ErrorCode("issuer_mismatch");
  /** 400: An account named in the callback does not demonstrably belong to this end user. */
  public static final ErrorCode PARAMETER_NOT_PROVEN = new ErrorCode("parameter_not_proven");
  /** 400: Dot segments, encoded dots, slashes or backslashes, empty segments, or a path of the provider's OAuth endpoints. */
  public static final ErrorCode PATH_NOT_ALLOWED = new ErrorCode("path_not_allowed");
  /** 400: The provider answered with a registered OAuth error. */
  public static final ErrorCode PROVIDER_REFUSED = new ErrorCode("provider_refused");
  /** 400: Unknown, expired, used up or already successful. */
  public static final ErrorCode SESSION_INVALID = new ErrorCode("session_invalid");
  /** 400: The state is unknown, expired or was used before. */
  public static final ErrorCode STATE_INVALID = new ErrorCode("state_invalid");
  /** 400: A field that this operation does not know; nothing was done. */
  public static final ErrorCode UNKNOWN_FIELD = new ErrorCode("unknown_field");
  /** 400: A query parameter that this operation does not know. */
  public static final ErrorCode UNKNOWN_PARAMETER = new ErrorCode("unknown_parameter");
  /** 400: It must belong to the session's code_challenge (RFC 7636). */
  public static final ErrorCode VERIFIER_MISMATCH = new ErrorCode("verifier_mismatch");
  /** 401: The key is bound to client certificates, and the connection proved none of them. */
  public static final ErrorCode CLIENT_CERTIFICATE_REQUIRED = new ErrorCode("client_certificate_required");
  /** 401: No key, a malformed key, an unknown, expired or revoked key. */
  public static final ErrorCode UNAUTHENTICATED = new ErrorCode("unauthenticated");
  /** 403: The key is bound to address ranges. */
  public static final ErrorCode ADDRESS_NOT_ALLOWED = new ErrorCode("address_not_allowed");
  /** 403: A browser request without the right origin or CSRF token. */
  public static final ErrorCode CROSS_SITE = new ErrorCode("cross_site");
  /** 403: Send Authpipe-End-User or end_user; it must match the connection. */
  public static final ErrorCode END_USER_REQUIRED = new ErrorCode("end_user_required");
  /** 403: The key is bound to other integrations. */
  public static final ErrorCode INTEGRATION_NOT_ALLOWED = new ErrorCode("integration_not_allowed");
  /** 403: The connection or integration is proxy-only: call the provider through the proxy. */
  public static final ErrorCode PROXY_ONLY = new ErrorCode("proxy_only");
  /** 403: The key is valid but must not do this. */
  public static final ErrorCode SCOPE_MISSING = new ErrorCode("scope_missing");
  /** 404: No such route, or an id that is unknown or belongs to another workspace. */
  public static final ErrorCode NOT_FOUND = new ErrorCode("not_found");
  /** 405: The path exists, the method does not; see the Allow header. */
  public static final ErrorCode METHOD_NOT_ALLOWED = new ErrorCode("method_not_allowed");
  /** 406: The Accept header excludes what this operation answers. */
  public static final ErrorCode NOT_ACCEPTABLE = new ErrorCode("not_acceptable");
  /** 408: The body stopped arriving; the connection is closed. */
  public static final ErrorCode REQUEST_TIMEOUT = new ErrorCode("request_timeout");
  /** 409: A reconnect must lead to the same account of the provider. */
  public static final ErrorCode ACCOUNT_MISMATCH = new ErrorCode("account_mismatch");
  /** 409: Start a new connect session. */
  public static final ErrorCode ATTEMPT_LIMIT = new ErrorCode("attempt_limit");
  /** 409: Integrations from authpipe.yaml are read-only here: change the file. */
  public static final ErrorCode CONFIGURED_BY_FILE = new ErrorCode("configured_by_file");
  /** 409: Something changed, or is already so; read it again. */
  public static final ErrorCode CONFLICT = new ErrorCode("conflict");
  /** 409: finish was already done with other values. */
  public static final ErrorCode FINISH_CHANGED = new ErrorCode("finish_changed");
  /** 409: The provider refuses the client registration (its id, secret or permissions); an operator has to correct it. */
  public static final ErrorCode INTEGRATION_MISCONFIGURED = new ErrorCode("integration_misconfigured");
  /** 409: A request with this idempotency key has not finished. */
  public static final ErrorCode REQUEST_IN_PROGRESS = new ErrorCode("request_in_progress");
  /** 409: The client secret was set for another token endpoint: set it again. */
  public static final ErrorCode TOKEN_ORIGIN_CHANGED = new ErrorCode("token_origin_changed");
  /** 413: The body is beyond the limit of the operation. */
  public static final ErrorCode BODY_TOO_LARGE = new ErrorCode("body_too_large");
  /** 414: The request line is beyond the limit. */
  public static final ErrorCode URI_TOO_LONG = new ErrorCode("uri_too_long");
  /** 415: Operations take application/json unless they say otherwise. */
  public static final ErrorCode UNSUPPORTED_MEDIA_TYPE = new ErrorCode("unsupported_media_type");
  /** 422: errors names the rows and what is wrong with each, 100 at most; nothing of the batch was carried out. */
  public static final ErrorCode BATCH_REFUSED = new ErrorCode("batch_refused");
  /** 422: The imported or replaced secret did not work at the provider; nothing was stored. */
  public static final ErrorCode CREDENTIAL_REFUSED = new ErrorCode("credential_refused");
  /** 422: Same key, other body: nothing was done. */
  public static final ErrorCode IDEMPOTENCY_KEY_REUSED = new ErrorCode("idempotency_key_reused");
  /** 422: It does not match the provider's pattern, or it may not be set here. */
  public static final ErrorCode PROVIDER_PARAMETER_INVALID = new ErrorCode("provider_parameter_invalid");
  /** 422: It must equal an entry of the integration's allowlist exactly. */
  public static final ErrorCode RETURN_URL_NOT_ALLOWED = new ErrorCode("return_url_not_allowed");
  /** 422: A scope that the integration does not permit. */
  public static final ErrorCode SCOPE_NOT_ALLOWED = new ErrorCode("scope_not_allowed");
  /** 422: Well-formed, but its values contradict each other or the configuration. */
  public static final ErrorCode UNPROCESSABLE = new ErrorCode("unprocessable");
  /** 424: It was disconnected; its credential is erased. */
  public static final ErrorCode DISCONNECTED = new ErrorCode("disconnected");
  /** 424: The provider no longer accepts the credential. */
  public static final ErrorCode REAUTH_REQUIRED = new ErrorCode("reauth_required");
  /** 424: The provider fails; Retry-After says when the next try is due. */
  public static final ErrorCode REFRESH_BACKOFF = new ErrorCode("refresh_backoff");
  /** 429: Too many proxied calls of one connection are under way. */
  public static final ErrorCode CONNECTION_BUSY = new ErrorCode("connection_busy");
  /** 429: The provider said so, or its profile does; this call was not made. Retry-After says when to come again. */
  public static final ErrorCode PROVIDER_RATE_LIMITED = new ErrorCode("provider_rate_limited");
  /** 429: The calls per month of the key are used up. */
  public static final ErrorCode QUOTA_EXCEEDED = new ErrorCode("quota_exceeded");
  /** 429: Retry-After says when to come again. */
  public static final ErrorCode RATE_LIMITED = new ErrorCode("rate_limited");
  /** 431: The header section is beyond the limit. */
  public static final ErrorCode HEADERS_TOO_LARGE = new ErrorCode("headers_too_large");
  /** 500: A sealed record does not belong where it stands; it was not used. */
  public static final ErrorCode INTEGRITY_ERROR = new ErrorCode("integrity_error");
  /** 500: A mistake of ours; the request id finds it in the log. */
  public static final ErrorCode INTERNAL_ERROR = new ErrorCode("internal_error");
  /** 502: It has the injected secret in it, and a caller is not to have that. */
  public static final ErrorCode CREDENTIAL_ECHOED = new ErrorCode("credential_echoed");
  /** 502: It leads to an address that the egress policy refuses. */
  public static final ErrorCode ADDRESS_REFUSED = new ErrorCode("address_refused");
  /** 502: Too large, malformed, or not what the protocol asks for. */
  public static final ErrorCode PROVIDER_ANSWER_INVALID = new ErrorCode("provider_answer_invalid");
  /** 502: Name, connection or TLS failed, or the connection broke before an answer. */
  public static final ErrorCode PROVIDER_UNREACHABLE = new ErrorCode("provider_unreachable");
  /** 503: No secret is released while it cannot be recorded. */
  public static final ErrorCode AUDIT_UNAVAILABLE = new ErrorCode("audit_unavailable");
  /** 503: The key-management service refuses or does not answer. */
  public static final ErrorCode KEY_UNAVAILABLE = new ErrorCode("key_unavailable");
  /** 503: A queue is full; try again. */
  public static final ErrorCode OVERLOADED = new ErrorCode("overloaded");
  /** 503: PostgreSQL does not answer. */
  public static final ErrorCode STORE_UNAVAILABLE = new ErrorCode("store_unavailable");
  /** 504: The deadline passed; the request may have been carried out. */
  public static final ErrorCode PROVIDER_TIMEOUT = new ErrorCode("provider_timeout");
  /** This SDK's own word for an answer that is not in the contract's shape. */
  public static final ErrorCode UNEXPECTED_ANSWER = new ErrorCode("unexpected_answer");
  /** This SDK's own word for no answer at all. */
  public static final ErrorCode NO_ANSWER = new ErrorCode("no_answer");
  /** This SDK's own word for a connect session that the signed-in user did not start. */
  public static final ErrorCode NOT_THIS_USERS_SESSION = new ErrorCode("not_this_users_session");

  /** Checks that there is one. */
  public ErrorCode {
    Objects.requireNonNull(value, "value");
    if (value.isBlank()) {
      throw new IllegalArgumentException("an error code is not blank");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
