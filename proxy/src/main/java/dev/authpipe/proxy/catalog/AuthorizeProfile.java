package dev.authpipe.proxy.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How a provider's authorization endpoint is asked (RFC 6749 section 4.1.1) and what its callback carries. Never holds a value of one
 * attempt.
 *
 * @param endpoint              the authorization endpoint
 * @param pushedRequestEndpoint where the request is pushed first (RFC 9126); null: the provider offers none
 * @param clientIdParameter     name of the client id in the query, normally {@code client_id}
 * @param scopeParameter        name of the scopes in the query, normally {@code scope}
 * @param scopeSeparator        what stands between two scopes, a space or a comma
 * @param parameters            fixed extra parameters, such as {@code access_type=offline}
 * @param codeParameter         name of the authorization code in the callback, normally {@code code}
 * @param callbackParameters    further callback parameters that are kept with the attempt; every other one is ignored
 * @param codeLifetime          how long an authorization code lives at the provider; finish must come within this and within 2 minutes
 */
public record AuthorizeProfile(EndpointTemplate endpoint, @Nullable EndpointTemplate pushedRequestEndpoint,
    String clientIdParameter,
    String scopeParameter, String scopeSeparator, Map<String, String> parameters, String codeParameter,
    List<CallbackParameter> callbackParameters, Duration codeLifetime) {

  /** Copies the collections. */
  public AuthorizeProfile {
    parameters = Map.copyOf(parameters);
    callbackParameters = List.copyOf(callbackParameters);
  }

  /**
   * A parameter of the callback beyond code, state and iss.
   *
   * @param name    its name in the query
   * @param pattern what a value must match as a whole
   * @param proof   how the end user proves control over what the value names; null: the value gives no access by itself
   */
  public record CallbackParameter(String name, ValuePattern pattern, @Nullable Proof proof) {}

  /**
   * A request with the access token of the same attempt, whose answer must list the value. Without it a value of the callback, which anybody
   * can write into an address, must not mint a credential (connect.md, "Whose server gets the secret").
   *
   * @param endpoint      what is asked by GET with the access token
   * @param listPointer   JSON pointer (RFC 6901) of the array in the answer
   * @param memberPointer JSON pointer in each element whose text must equal the value
   */
  public record Proof(EndpointTemplate endpoint, String listPointer, String memberPointer) {}
}
