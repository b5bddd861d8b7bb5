package dev.authpipe.sdk;

import java.util.Map;

import dev.authpipe.sdk.transport.RequestBody;

/**
 * One call of the proxy's API.
 *
 * @param method HTTP method
 * @param pathAndQuery below the proxy's address, percent-encoded
 * @param body what to send
 * @param repeatable whether sending it twice has the effect of sending it once
 */
record ApiCall(String method, String pathAndQuery, RequestBody body, boolean repeatable) {

  static ApiCall repeatable(String method, String pathAndQuery) {
    return new ApiCall(method, pathAndQuery, RequestBody.none(), true);
  }

  static ApiCall once(String method, String pathAndQuery) {
    return new ApiCall(method, pathAndQuery, RequestBody.none(), false);
  }

  ApiCall withBody(Map<String, Object> json) {
    return new ApiCall(method, pathAndQuery, RequestBody.ofBytes(Json.write(json)), repeatable);
  }
}
