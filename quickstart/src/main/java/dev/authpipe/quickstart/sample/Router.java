package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConflictException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.KeyRejectedException;
import dev.authpipe.sdk.error.LimitedException;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.error.ProviderUnavailableException;
import dev.authpipe.sdk.error.ProxyUnavailableException;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.error.UnexpectedAnswerException;

/**
 * Decides who answers a request. Whatever changes something must come from this application's own pages: the origin is compared
 * exactly, and the host too, so that a name pointed at loopback by somebody else reaches nothing.
 */
final class Router {

  private static final String CONNECTIONS = "/api/connections/";
  private static final String SESSIONS = "/api/connect/";
  private static final String ERASURES = "/api/erasures/";

  private final URI address;
  private final LoginSessions logins;
  private final Pages pages = new Pages();
  private final Api api;

  Router(URI address, LoginSessions logins, Api api) {
    this.address = address;
    this.logins = logins;
    this.api = api;
  }

  Reply answer(Request request) throws IOException {
    try {
      if (!address.getRawAuthority().equals(request.header("Host"))) {
        return Reply.error(421, "wrong_host", "This application answers at its own address only.");
      }
      return request.method().equals("GET") ? read(request) : change(request);
    } catch (BadRequestException e) {
      return Reply.error(400, "bad_request", "That did not work: " + e.getMessage() + ".");
    } catch (ImportException e) {
      return Reply.error(502, "import_failed", "The import did not work: " + e.getMessage() + ".");
    } catch (AuthpipeException e) {
      return refusal(e);
    }
  }

  private Reply read(Request request) throws BadRequestException {
    Optional<Reply> page = pages.find(request.path());
    if (page.isPresent()) {
      return page.get();
    }
    Optional<LoginSession> session = signedIn(request);
    if (!request.path().startsWith("/api/")) {
      return Reply.notFound();
    }
    if (request.path().equals("/api/overview")) {
      return session.map(api::overview).orElseGet(() -> Reply.json(200, Map.of("signed_in", false)));
    }
    if (session.isEmpty()) {
      return signInFirst();
    }
    return switch (request.path()) {
      case "/api/connections" -> api.connections(session.get());
      case "/api/record" -> api.record(session.get());
      default -> readOne(session.get(), request.path());
    };
  }

  private Reply readOne(LoginSession session, String path) throws BadRequestException {
    if (path.startsWith(SESSIONS)) {
      return api.connectStatus(session, path.substring(SESSIONS.length()));
    }
    return path.startsWith(ERASURES) ? api.erasure(session, path.substring(ERASURES.length())) : Reply.notFound();
  }

  private Reply change(Request request) throws IOException, BadRequestException, ImportException {
    if (!address.toString().equals(request.header("Origin"))) {
      return Reply.error(403, "wrong_origin", "Only this application's own pages may do that.");
    }
    String action = request.method() + " " + request.path();
    if (action.equals("POST /api/sign-in")) {
      return signIn(request);
    }
    Optional<LoginSession> found = signedIn(request);
    if (found.isEmpty()) {
      return signInFirst();
    }
    LoginSession session = found.get();
    return switch (action) {
      case "POST /api/sign-out" -> signOut(request);
      case "POST /api/connect" -> api.connect(session, request);
      case "POST /api/connect/finish" -> api.finish(session, request);
      case "POST /api/erase-me" -> api.eraseMe(session);
      case "POST /api/try/time" -> api.letTimePass();
      case "POST /api/try/withdraw" -> api.withdraw(session);
      default -> changeConnection(session, request);
    };
  }

  private Reply changeConnection(LoginSession session, Request request) throws BadRequestException, ImportException {
    if (!request.path().startsWith(CONNECTIONS)) {
      return Reply.notFound();
    }
    String rest = request.path().substring(CONNECTIONS.length());
    if (request.method().equals("POST") && rest.endsWith("/import")) {
      return api.importIssues(session, rest.substring(0, rest.length() - "/import".length()));
    }
    if (request.method().equals("POST") && rest.endsWith("/profile")) {
      return api.profile(session, rest.substring(0, rest.length() - "/profile".length()));
    }
    return request.method().equals("DELETE") ? api.disconnect(session, rest) : Reply.notFound();
  }

  private Reply signIn(Request request) throws IOException, BadRequestException {
    Person person = Person.named(request.body().path("person").asText())
        .orElseThrow(() -> new BadRequestException("nobody here has that name"));
    request.cookie(LoginSessions.COOKIE_NAME).ifPresent(logins::close);
    return Reply.json(200, person.name()).withCookie(cookie(logins.open(person), ""));
  }

  private Reply signOut(Request request) {
    request.cookie(LoginSessions.COOKIE_NAME).ifPresent(logins::close);
    return Reply.json(200, true).withCookie(cookie("", "; Max-Age=0"));
  }

  /** Lax, since the browser comes back from another site; without Secure, since the demo speaks plain HTTP on loopback. */
  private static String cookie(String value, String end) {
    return LoginSessions.COOKIE_NAME + "=" + value + "; Path=/; HttpOnly; SameSite=Lax" + end;
  }

  private Optional<LoginSession> signedIn(Request request) {
    return request.cookie(LoginSessions.COOKIE_NAME).flatMap(logins::find);
  }

  private static Reply signInFirst() {
    return Reply.error(401, "sign_in_first", "Please sign in.");
  }

  /** What an end user is told depends on who must act; what happened inside stays inside. */
  private static Reply refusal(AuthpipeException refusal) {
    String code = refusal.code().value();
    return switch (refusal) {
      case ConnectionUnusableException e ->
        Reply.error(409, code, "This connection no longer works. Please connect again.");
      case NotFoundException e -> Reply.error(404, code, "That connection does not exist.");
      case RequestRejectedException e ->
        Reply.error(400, code, "This did not start in your session. Please connect again.");
      case ConflictException e -> Reply.error(409, code, "That is not possible now. Please start again.");
      case LimitedException e -> Reply.error(429, code, "Too many requests. Please wait a moment.");
      case ProviderUnavailableException e ->
        Reply.error(502, code, "The provider does not answer. Please try again later.");
      case KeyRejectedException e -> Reply.error(500, code, "This application is not set up correctly.");
      case ProxyUnavailableException e -> Reply.error(503, code, "Connections are unavailable. Please try again later.");
      case NoAnswerException e -> Reply.error(503, code, "Connections are unavailable. Please try again later.");
      case UnexpectedAnswerException e -> Reply.error(502, code, "Something unexpected happened. Please try again later.");
    };
  }
}
