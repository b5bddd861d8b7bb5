package dev.authpipe.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.transport.RequestBody;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IdempotencyKey;

/**
 * One call of the proxy's API.
 *
 * @param method HTTP method
 * @param pathAndQuery below the proxy's address, percent-encoded
 * @param headers beside those of every call
 * @param body what to send
 * @param repeatable whether sending it twice has the effect of sending it once
 */
record ApiCall(String method, String pathAndQuery, Map<String, String> headers, RequestBody body, boolean repeatable) {

  static ApiCall repeatable(String method, String pathAndQuery) {
    return new ApiCall(method, pathAndQuery, Map.of(), RequestBody.none(), true);
  }

  static ApiCall once(String method, String pathAndQuery) {
    return new ApiCall(method, pathAndQuery, Map.of(), RequestBody.none(), false);
  }

  ApiCall withBody(Map<String, Object> json) {
    return new ApiCall(method, pathAndQuery, headers, RequestBody.ofBytes(Json.write(json)), repeatable);
  }

  ApiCall with(Query query) {
    return new ApiCall(method, query.appendTo(pathAndQuery), headers, body, repeatable);
  }

  /** In a header, where no access log keeps it; what a header cannot carry, in the query. */
  ApiCall of(@Nullable EndUserId endUser) {
    if (endUser == null) {
      return this;
    }
    return Headers.carries(endUser.value())
        ? withHeader(Headers.END_USER, endUser.value())
        : with(new Query().add("end_user", endUser.value()));
  }

  /** Once however often it is sent. */
  ApiCall withKey(IdempotencyKey key) {
    ApiCall named = withHeader(Headers.IDEMPOTENCY_KEY, key.value());
    return new ApiCall(method, pathAndQuery, named.headers, body, true);
  }

  ApiCall accepting(String type) {
    return withHeader("Accept", type + ", application/problem+json");
  }

  private ApiCall withHeader(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new ApiCall(method, pathAndQuery, Map.copyOf(all), body, repeatable);
  }
}
