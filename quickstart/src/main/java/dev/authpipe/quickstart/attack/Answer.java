package dev.authpipe.quickstart.attack;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a server answered to a script. {@link #toString()} leaves out the body, which may hold secrets.
 *
 * @param status of HTTP
 * @param body   JSON, or a missing node
 */
record Answer(int status, JsonNode body) {
  boolean granted() {
    return status >= 200 && status < 300;
  }

  @Override
  public String toString() {
    String code = body.path("code").asText();
    return code.matches("[a-z_]{1,40}") ? status + " " + code : "status " + status;
  }
}
