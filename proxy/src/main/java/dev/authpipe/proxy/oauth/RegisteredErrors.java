package dev.authpipe.proxy.oauth;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Reduces what providers call their errors to the codes of the IANA registry of OAuth extensions errors (S63). Must never pass a provider's
 * own text on.
 */
public final class RegisteredErrors {
  /** What an unregistered code counts as. */
  static final String FALLBACK = "invalid_request";
  private static final Set<String> CODES = Set.of("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
      "unsupported_grant_type", "unsupported_response_type", "unsupported_token_type", "invalid_scope", "access_denied",
      "server_error",
      "temporarily_unavailable", "interaction_required", "login_required", "account_selection_required", "consent_required",
      "invalid_request_uri", "invalid_request_object", "request_not_supported", "request_uri_not_supported",
      "registration_not_supported", "authorization_pending", "slow_down", "expired_token", "invalid_target", "invalid_dpop_proof",
      "use_dpop_nonce", "invalid_authorization_details", "insufficient_user_authentication", "unmet_authentication_requirements");

  /** Those that blame the request or the client registration, unless the status says to come back. */
  public static final Set<String> OF_THE_INTEGRATION = CODES.stream()
      .filter(code -> !Set.of("invalid_grant", "server_error", "temporarily_unavailable", "slow_down").contains(code))
      .collect(Collectors.toUnmodifiableSet());

  private RegisteredErrors() {}

  /**
   * The registered code for a provider's code.
   *
   * @param providerCode as received; null: none was given
   * @param known        the provider's own codes to registered ones, from its profile
   */
  public static String reduce(@Nullable String providerCode, Map<String, String> known) {
    if (providerCode == null) {
      return FALLBACK;
    }
    String mapped = known.getOrDefault(providerCode, providerCode);
    return CODES.contains(mapped) ? mapped : FALLBACK;
  }
}
