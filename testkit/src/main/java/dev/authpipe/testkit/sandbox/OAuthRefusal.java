package dev.authpipe.testkit.sandbox;

import dev.authpipe.testkit.http.Answer;

/** An OAuth error answer (RFC 6749, section 5.2) on its way to the client. */
final class OAuthRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  private OAuthRefusal(int status, String error, String description) {
    super(description, null, false, false);
    this.status = status;
    this.error = error;
  }

  static OAuthRefusal of(String error, String description) {
    return new OAuthRefusal(400, error, description);
  }

  static OAuthRefusal invalidClient(String description) {
    return new OAuthRefusal(401, "invalid_client", description);
  }

  String error() {
    return error;
  }

  Answer toAnswer() {
    var body = Json.object().put("error", error).put("error_description", getMessage());
    var answer = Json.answer(status, body);
    return status == 401 ? answer.with("WWW-Authenticate", "Basic realm=\"sandbox\"") : answer;
  }
}
