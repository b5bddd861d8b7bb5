package dev.authpipe.proxy.proof;

import static dev.authpipe.proxy.http.ErrorCode.*;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.proof.ApiDocumentFile.Operation;

/**
 * Which errors an operation of the API listener can answer, for its document. What real traffic meets is held against this: an error that an
 * operation answers and this does not name fails the test that met it.
 */
final class ApiErrors {
  /** The extension of an operation that lists its codes. */
  static final String EXTENSION = "x-authpipe-errors";

  /** Operations that only ever answer an error. */
  static final Set<String> NEVER_DONE = Set.of("putIntegration");
  /** What only the connect listener answers: to browsers of end users, and on its pages. Every other code is one of the API's. */
  static final Set<ErrorCode> CONNECT_LISTENER_ONLY = EnumSet.of(ACCESS_DENIED, ATTEMPT_LIMIT, BROWSER_MISMATCH,
      CROSS_SITE, ENTRY_LINK_INVALID, INTEGRATION_MISMATCH, ISSUER_MISMATCH, SESSION_INVALID, STATE_INVALID);

  private static final Set<ErrorCode> ALWAYS = EnumSet.of(INVALID_REQUEST, INVALID_FRAMING, URI_TOO_LONG, HEADERS_TOO_LARGE,
      UNAUTHENTICATED, SCOPE_MISSING, ADDRESS_NOT_ALLOWED, CLIENT_CERTIFICATE_REQUIRED, RATE_LIMITED, QUOTA_EXCEEDED,
      INTERNAL_ERROR, KEY_UNAVAILABLE,
      STORE_UNAVAILABLE);
  private static final Set<ErrorCode> CONTROLLER = EnumSet.of(NOT_ACCEPTABLE, UNKNOWN_PARAMETER);
  private static final Set<ErrorCode> JSON_BODY = EnumSet.of(INVALID_JSON, UNKNOWN_FIELD, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE);
  private static final Set<ErrorCode> ONE_CONNECTION = EnumSet.of(NOT_FOUND, END_USER_REQUIRED);
  private static final Set<ErrorCode> CREDENTIAL = EnumSet.of(REAUTH_REQUIRED, REFRESH_BACKOFF, DISCONNECTED,
      INTEGRATION_MISCONFIGURED, PROVIDER_UNREACHABLE, PROVIDER_TIMEOUT, INTEGRITY_ERROR);
  private static final Set<ErrorCode> ONCE = EnumSet.of(IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, INTEGRITY_ERROR);
  private static final Set<ErrorCode> SECRET = EnumSet.of(CREDENTIAL_REFUSED, UNPROCESSABLE, CONFLICT,
      PROVIDER_PARAMETER_INVALID, INTEGRATION_MISCONFIGURED, PROVIDER_UNREACHABLE, PROVIDER_REFUSED, PROVIDER_TIMEOUT,
      PROVIDER_ANSWER_INVALID, TOKEN_ORIGIN_CHANGED, SCOPE_NOT_ALLOWED);

  private static final Set<ErrorCode> CLIENT_KEY = EnumSet.of(NOT_FOUND, UNPROCESSABLE, INTEGRITY_ERROR);
  private static final Set<ErrorCode> INCIDENT = EnumSet.of(NOT_FOUND, UNPROCESSABLE, END_USER_REQUIRED, INTEGRATION_NOT_ALLOWED);

  private static final Map<String, List<Set<ErrorCode>>> OWN = Map.ofEntries(
      Map.entry("createConnectSession", List.of(ONCE, EnumSet.of(RETURN_URL_NOT_ALLOWED, PROVIDER_PARAMETER_INVALID,
          SCOPE_NOT_ALLOWED, INTEGRATION_NOT_ALLOWED, NOT_FOUND, UNPROCESSABLE))),
      Map.entry("getConnectSession", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("finishConnectSession", List.of(EnumSet.of(NOT_FOUND, REQUEST_IN_PROGRESS, FINISH_CODE_INVALID, VERIFIER_MISMATCH,
          END_USER_MISMATCH, FINISH_CHANGED, PROVIDER_REFUSED, PROVIDER_ANSWER_INVALID, PROVIDER_UNREACHABLE, PROVIDER_TIMEOUT,
          INTEGRATION_MISCONFIGURED, TOKEN_ORIGIN_CHANGED, ACCOUNT_MISMATCH, PARAMETER_NOT_PROVEN, CREDENTIAL_REFUSED, CONFLICT,
          INTEGRITY_ERROR))),
      Map.entry("listConnections", List.of(EnumSet.of(END_USER_REQUIRED))),
      Map.entry("createConnection", List.of(ONCE, SECRET)),
      Map.entry("createConnections", List.of(ONCE, EnumSet.of(BATCH_REFUSED, UNPROCESSABLE, PROVIDER_UNREACHABLE))),
      Map.entry("getConnection", List.of(ONE_CONNECTION)),
      Map.entry("updateConnection", List.of(ONE_CONNECTION, EnumSet.of(UNPROCESSABLE))),
      Map.entry("deleteConnection", List.of(ONE_CONNECTION)),
      Map.entry("refreshConnection", List.of(ONE_CONNECTION, CREDENTIAL, EnumSet.of(CONFLICT))),
      Map.entry("probeConnection", List.of(ONE_CONNECTION, CREDENTIAL)),
      Map.entry("replaceCredential", List.of(ONE_CONNECTION, SECRET, EnumSet.of(DISCONNECTED, INTEGRITY_ERROR))),
      Map.entry("eraseEndUser", List.of(EnumSet.of(INTEGRATION_NOT_ALLOWED))),
      Map.entry("getErasure", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("exportEndUser", List.of(EnumSet.of(NOT_FOUND, INTEGRATION_NOT_ALLOWED))),
      Map.entry("revokeAll", List.of(INCIDENT)), Map.entry("rotateAll", List.of(INCIDENT)),
      Map.entry("getIncident", List.of(EnumSet.of(NOT_FOUND))), Map.entry("getIncidentReport", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("listIntegrations", List.of()),
      Map.entry("getIntegration", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("putIntegration", List.of(EnumSet.of(NOT_FOUND, CONFIGURED_BY_FILE))),
      Map.entry("listClientKeys", List.of(CLIENT_KEY)), Map.entry("createClientKey", List.of(CLIENT_KEY, EnumSet.of(CONFLICT))),
      Map.entry("activateClientKey", List.of(CLIENT_KEY, EnumSet.of(CONFLICT))),
      Map.entry("retireClientKey", List.of(CLIENT_KEY, EnumSet.of(CONFLICT))),
      Map.entry("putClientSecret", List.of(EnumSet.of(NOT_FOUND, UNPROCESSABLE))),
      Map.entry("deletePreviousClientSecret", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("listClientSecretEntries", List.of(EnumSet.of(NOT_FOUND, UNPROCESSABLE))),
      Map.entry("createClientSecretEntry", List.of(EnumSet.of(NOT_FOUND, UNPROCESSABLE, CONFLICT))),
      Map.entry("deleteClientSecretEntry", List.of(EnumSet.of(NOT_FOUND, UNPROCESSABLE))),
      Map.entry("listWebhookDeliveries", List.of()),
      Map.entry("replayWebhookDelivery", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("listProviders", List.of()),
      Map.entry("getProvider", List.of(EnumSet.of(NOT_FOUND))),
      Map.entry("listAuditEvents", List.of()),
      Map.entry("getAuditCheckpoint", List.of(EnumSet.of(NOT_FOUND, AUDIT_UNAVAILABLE))),
      Map.entry("exportAuditEvents", List.of(EnumSet.of(NOT_FOUND, AUDIT_UNAVAILABLE))),
      Map.entry("readAccessToken", List.of(ONE_CONNECTION, CREDENTIAL, EnumSet.of(UNKNOWN_PARAMETER, PROXY_ONLY,
          AUDIT_UNAVAILABLE, OVERLOADED))),
      Map.entry("callProvider", List.of(ONE_CONNECTION, CREDENTIAL, EnumSet.of(PATH_NOT_ALLOWED, METHOD_NOT_ALLOWED,
          REQUEST_TIMEOUT, BODY_TOO_LARGE, CONNECTION_BUSY, PROVIDER_RATE_LIMITED, PROVIDER_ANSWER_INVALID, CREDENTIAL_ECHOED,
          ADDRESS_REFUSED,
          AUDIT_UNAVAILABLE,
          OVERLOADED))));

  private ApiErrors() {}

  /** The codes of an operation, by status and name. */
  static List<ErrorCode> of(Operation operation) {
    String id = operation.id();
    boolean proxied = isProxied(operation);
    List<Set<ErrorCode>> own = OWN.get(proxied ? "callProvider" : id);
    if (own == null) {
      throw new AssertionError("nobody says which errors " + operation + " (" + id + ") can answer: add it to ApiErrors");
    }
    Set<ErrorCode> codes = EnumSet.copyOf(ALWAYS);
    own.forEach(codes::addAll);
    if (!isHot(operation)) {
      codes.addAll(CONTROLLER);
    }
    if (operation.hasBody() && !proxied) {
      codes.addAll(JSON_BODY);
    }
    return codes.stream().sorted(java.util.Comparator.comparingInt(ErrorCode::status).thenComparing(ErrorCode::code)).toList();
  }

  /** Whether any status can be the provider's. */
  static boolean isProxied(Operation operation) {
    return operation.template().startsWith("/v1/proxy/");
  }

  /** Whether it is served in front of the server's routing, where every error of ours has the header {@code Authpipe-Error}. */
  static boolean isHot(Operation operation) {
    return isProxied(operation) || operation.template().endsWith("/token");
  }
}
