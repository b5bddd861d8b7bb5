package dev.authpipe.proxy.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How a provider's token endpoint is asked and how its answer is read (RFC 6749 sections 4.1.3, 5.1, 5.2). Pointers are JSON pointers
 * (RFC 6901). Never holds a credential.
 *
 * @param endpoint             the token endpoint
 * @param clientAuthentication how the client proves itself
 * @param bodyForm             how the request body is written
 * @param headers              fixed request headers, such as {@code Accept: application/json}
 * @param parameters           fixed extra body parameters
 * @param answer               where things stand in the answer
 * @param error                how an error is told from a success
 * @param defaultLifetime      the documented lifetime of an access token when the answer gives none; null: unknown, react to the
 *                             invalid-token signal
 * @param longestLifetime      an answer with a longer lifetime is refused as malformed
 * @param timeout              deadline of one call, at most 20 s
 * @param assertion            what an assertion of the client looks like, with {@link ClientAuthentication#PRIVATE_KEY_JWT}
 */
public record TokenProfile(EndpointTemplate endpoint, ClientAuthentication clientAuthentication, BodyForm bodyForm,
    Map<String, String> headers, Map<String, String> parameters, Answer answer, ErrorProfile error,
    @Nullable Duration defaultLifetime,
    Duration longestLifetime, Duration timeout, AssertionProfile assertion) {

  /** Copies the collections. */
  public TokenProfile {
    headers = Map.copyOf(headers);
    parameters = Map.copyOf(parameters);
  }

  /** In what form an answer tells when an access token expires. */
  public enum ExpiryForm {
    /** Seconds from now, as a number or as digits in a string. */
    SECONDS,
    /** Milliseconds from now. */
    MILLISECONDS,
    /** Seconds since 1970. */
    EPOCH_SECONDS,
    /** An RFC 3339 time. */
    INSTANT
  }

  /**
   * Where things stand in a token answer.
   *
   * @param accessTokenPointer    the access token
   * @param refreshTokenPointer   the refresh token
   * @param tokenTypePointer      the token type
   * @param tokenTypes            accepted token types in lower case; an answer without one counts as the first
   * @param expiresPointer        when the access token expires
   * @param expiryForm            in what form
   * @param refreshExpiresPointer when the refresh token expires, in the same form; null: the provider does not say
   * @param scopePointer          the granted scopes, a string or an array
   * @param scopeSeparator        between two granted scopes
   * @param apiBasePointer        the API base address, where the answer names it; used only within the API profile's hosts
   */
  public record Answer(String accessTokenPointer, String refreshTokenPointer, String tokenTypePointer,
      List<String> tokenTypes, String expiresPointer, ExpiryForm expiryForm, @Nullable String refreshExpiresPointer,
      String scopePointer, String scopeSeparator, @Nullable String apiBasePointer) {

    /** Copies the list. */
    public Answer {
      tokenTypes = List.copyOf(tokenTypes);
    }
  }

  /**
   * How an error is told from a success, also with status 200.
   *
   * @param successPointer a value that must be {@code true} in every success; null: none
   * @param codePointer    the provider's error code; an answer in which it is a string is an error whatever its status
   * @param codes          the provider's codes to registered OAuth codes (RFC 6749 section 5.2); a code that is neither here nor registered
   *                       counts as {@code invalid_request} and is not repeated anywhere (S63)
   */
  public record ErrorProfile(@Nullable String successPointer, String codePointer, Map<String, String> codes) {
    /** Copies the map. */
    public ErrorProfile {
      codes = Map.copyOf(codes);
    }
  }
}
