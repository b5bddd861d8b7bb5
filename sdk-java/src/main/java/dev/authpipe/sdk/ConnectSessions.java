package dev.authpipe.sdk;

import java.security.SecureRandom;
import java.util.Map;

import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.ConnectSessionState;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.FinishCode;

/**
 * Starts and finishes connect sessions. The challenge is made here; the verifier goes into the login session that the caller
 * passes in and is kept nowhere else.
 *
 * <p>Needs the scope {@code connect}.
 */
public final class ConnectSessions {

  private final Exchange exchange;
  private final SecureRandom random;

  ConnectSessions(Exchange exchange, SecureRandom random) {
    this.exchange = exchange;
    this.random = random;
  }

  /**
   * Makes a session for the signed-in end user and keeps its verifier in that login session.
   *
   * @param user the login session of the browser that asked
   * @param request what to offer, and where to come back to
   * @return the session; its URL goes to that browser and nowhere else
   */
  public ConnectSession start(SignedInUser user, ConnectRequest request) {
    CodeVerifier verifier = CodeVerifier.create(random);
    ConnectSession session = Answers.connectSession(
        exchange.call(ApiCall.once("POST", "/v1/connect-sessions").withBody(Bodies.connectSession(user, request, verifier))));
    user.keepVerifier(session.id(), verifier);
    return session;
  }

  /**
   * How a session stands; good for telling the end user that it failed or expired. It never yields the finish code.
   *
   * @param session which one
   * @return its state
   */
  public ConnectSessionState status(ConnectSessionId session) {
    return Answers.connectSessionState(exchange.call(ApiCall.repeatable("GET", "/v1/connect-sessions/" + session)));
  }

  /**
   * Finishes a session that the browser of the signed-in end user brought back, and makes the connection. The same call
   * repeated returns the same connection. When no answer comes, the verifier stays, so that the call can be made again.
   *
   * @param user the login session of the browser that came back; the end user's id and the verifier are taken from it
   * @param session {@code session_id} of the return URL
   * @param finishCode {@code finish_code} of the return URL
   * @return the connection
   * @throws RequestRejectedException with {@link ErrorCode#NOT_THIS_USERS_SESSION} when this login session did not start
   *     that connect session: show an error and do nothing else
   */
  public Connection finish(SignedInUser user, ConnectSessionId session, FinishCode finishCode) {
    CodeVerifier verifier = user.verifierOf(session).orElseThrow(ConnectSessions::notThisUsersSession);
    Map<String, Object> body = Map.of(
        "finish_code", finishCode.reveal(),
        "code_verifier", verifier.reveal(),
        "end_user_id", user.endUserId().value());
    Connection connection = Answers.connection(exchange.call(
        ApiCall.repeatable("POST", "/v1/connect-sessions/" + session + "/finish").withBody(body))
        .object("connection"));
    user.forgetVerifier(session);
    return connection;
  }

  private static RequestRejectedException notThisUsersSession() {
    return new RequestRejectedException(new Problem(
        0,
        ErrorCode.NOT_THIS_USERS_SESSION,
        "the signed-in user did not start this connect session",
        null,
        null));
  }
}
