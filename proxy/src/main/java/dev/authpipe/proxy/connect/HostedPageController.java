package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.browser.BrowserBinding;
import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.browser.Pages;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Theme;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RemoteAddresses;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ConnectionId;

/**
 * The hosted page and what its script asks. A GET consumes nothing, so that link scanners do no harm; every POST proves its origin. On the
 * connect listener only.
 */
@Hidden
@Controller(value = "/connect", port = "${micronaut.server.netty.listeners.connect.port}")
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class HostedPageController {
  private final HostedPages pages;
  private final Pages guard;
  private final Sessions sessions;
  private final Attempts attempts;
  private final KeyEntry keyEntry;
  private final BrowserBinding binding;
  private final Configuration configuration;
  private final People people;
  private final Connections connections;
  private final RateLimits limits;
  private final RemoteAddresses addresses;

  HostedPageController(HostedPages pages, Pages guard, Sessions sessions, Attempts attempts, KeyEntry keyEntry,
      BrowserBinding binding,
      Configuration configuration, People people, Connections connections, RateLimits limits,
      RemoteAddresses addresses) {
    this.pages = pages;
    this.guard = guard;
    this.sessions = sessions;
    this.attempts = attempts;
    this.keyEntry = keyEntry;
    this.binding = binding;
    this.configuration = configuration;
    this.people = people;
    this.connections = connections;
    this.limits = limits;
    this.addresses = addresses;
  }

  @Get
  @Produces(MediaType.TEXT_HTML)
  HttpResponse<byte[]> page(HttpRequest<?> request) {
    return pages.page(Language.of(request));
  }

  @Get("/page.css")
  @Produces("text/css")
  HttpResponse<byte[]> style() {
    return pages.asset("page.css", "text/css");
  }

  @Get("/page.js")
  @Produces("text/javascript")
  HttpResponse<byte[]> script() {
    return pages.asset("page.js", "text/javascript");
  }

  @Get("/parts.js")
  @Produces("text/javascript")
  HttpResponse<byte[]> parts() {
    return pages.asset("parts.js", "text/javascript");
  }

  @Get("/problem.js")
  @Produces("text/javascript")
  HttpResponse<byte[]> problem() {
    return pages.asset("problem.js", "text/javascript");
  }

  @Get("/theme.js")
  @Produces("text/javascript")
  HttpResponse<byte[]> theme() {
    return pages.asset("theme.js", "text/javascript");
  }

  @Get(uris = {"/strings-en.js", "/strings-de.js", "/strings-fr.js"})
  @Produces("text/javascript")
  HttpResponse<byte[]> strings(HttpRequest<?> request) {
    return pages.asset(request.getPath().substring("/connect/".length()), "text/javascript");
  }

  /** Trades the session token of the page's fragment for the browser's binding and what the page shows. */
  @Post("/session")
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<PageView> session(HttpRequest<?> request, @Body PageRequest body) {
    limit(request);
    binding.requireSameOrigin(request);
    SecretText sessionToken = required(body.sessionToken());
    Shown shown = sessions.open(sessionToken, this::shown);
    Optional<SecretText> present = binding.read(request);
    SecretText value = present.orElseGet(binding::create);
    MutableHttpResponse<PageView> response = answer(view(shown, binding.csrf(value, sessionToken), Language.of(request)));
    return present.isPresent() ? response : response.header("Set-Cookie", binding.setCookie(value).expose());
  }

  /** Starts a trip to the provider; the page's script goes to the address in the answer. */
  @Post("/start")
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<Next> start(HttpRequest<?> request, @Body PageRequest body) {
    limit(request);
    SecretText sessionToken = required(body.sessionToken());
    SecretText value = binding.require(request, sessionToken, body.csrfToken());
    URI address = attempts.start(sessions.open(sessionToken), chosen(body), fields(body), binding.hash(value),
        RequestIds.of(request));
    return answer(new Next(address));
  }

  /** Takes a key; the page's script goes back to the application by the address in the answer. */
  @Post("/key")
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<Next> key(HttpRequest<?> request, @Body PageRequest body) {
    limit(request);
    SecretText sessionToken = required(body.sessionToken());
    SecretText value = binding.require(request, sessionToken, body.csrfToken());
    URI address = keyEntry.enter(sessions.open(sessionToken), chosen(body), body.username(), required(body.key()), fields(body),
        binding.hash(value), RequestIds.of(request));
    return answer(new Next(address));
  }

  /** Where the browser goes next. */
  record Next(URI location) {
    @Override
    public String toString() {
      return "Next[***]";
    }
  }

  /** What the page shows of a session: whose it is, and what the connection that it renews has. */
  private record Shown(ConnectSession session, EndUser person, List<String> granted) {}

  private Shown shown(Tx tx, ConnectSession session) {
    EndUser person = people.find(tx, session.endUserId()).orElseThrow(() -> new ProblemException(ErrorCode.SESSION_INVALID));
    ConnectionId again = session.reconnects();
    return new Shown(session, person, again == null
        ? List.of()
        : connections.find(tx, again).map(ConnectionRow::scopesGranted).orElse(List.of()));
  }

  private PageView view(Shown shown, SecretText csrf, Language language) {
    ConnectSession session = shown.session();
    List<Integration> offered = session.integrations().stream().flatMap(id -> configuration.integration(id).stream()).toList();
    if (offered.isEmpty()) {
      throw new ProblemException(ErrorCode.INTEGRATION_MISCONFIGURED);
    }
    String name = Objects.requireNonNullElse(shown.person().displayName(), shown.person().identifier());
    Theme theme = PageView.common(offered);
    return new PageView(offered.getFirst().applicationName(), name, session.reconnects() != null, theme,
        offered.stream().map(integration -> PageView.choice(integration, theme, session, shown.granted(), language)).toList(),
        Sessions.returnAddress(session, ErrorCode.ACCESS_DENIED.code()).toString(), csrf,
        Math.max(0, session.left().toSeconds()));
  }

  private <T> MutableHttpResponse<T> answer(T body) {
    return guard.answer(body);
  }

  private void limit(HttpRequest<?> request) {
    var wait = limits.take(RateLimits.Kind.CONNECT, addresses.of(request));
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
    }
  }

  private static String chosen(PageRequest body) {
    String integration = body.integration();
    if (integration == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "integration is missing.");
    }
    return integration;
  }

  private static Map<String, String> fields(PageRequest body) {
    Map<String, String> fields = Objects.requireNonNullElse(body.fields(), Map.of());
    if (fields.size() > 20) {
      throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
    }
    return fields;
  }

  private static SecretText required(@Nullable SecretText given) {
    if (given == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST);
    }
    return given;
  }
}
