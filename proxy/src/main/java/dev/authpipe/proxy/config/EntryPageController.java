package dev.authpipe.proxy.config;

import java.time.Clock;
import java.time.Instant;
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

import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.browser.BrowserBinding;
import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.browser.PageWords;
import dev.authpipe.proxy.browser.Pages;
import dev.authpipe.proxy.browser.ScriptPage;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientSecretEntries;
import dev.authpipe.proxy.clientsecret.ClientSecretEntry;
import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.ClientSecretView;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.clientsecret.EntryLink;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RemoteAddresses;
import dev.authpipe.proxy.http.RequestIds;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The page on which a person enters a client secret by a one-time link, and what its script asks. A GET consumes nothing, so that link scanners
 * do no harm; every POST proves its origin. Never shows a secret, nor whether one that was entered is right. On the connect listener only.
 */
@Hidden
@Controller(value = EntryLink.PATH, port = "${micronaut.server.netty.listeners.connect.port}")
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class EntryPageController {
  private static final String DIRECTORY = "client-secret";

  private final Map<String, byte[]> files = Pages.files(DIRECTORY,
      List.of("index.html", "page.js", "strings-en.js", "strings-de.js", "strings-fr.js"));
  private final ScriptPage page = new ScriptPage(file("index.html"), EntryLink.PATH, new PageWords(DIRECTORY));
  private final Pages pages;
  private final BrowserBinding binding;
  private final Configuration configuration;
  private final ClientSecrets secrets;
  private final ClientSecretEntries entries;
  private final Refusals refusals;
  private final RateLimits limits;
  private final RemoteAddresses addresses;
  private final Clock clock;

  EntryPageController(Pages pages, BrowserBinding binding, Configuration configuration, ClientSecrets secrets,
      ClientSecretEntries entries, Refusals refusals, RateLimits limits, RemoteAddresses addresses, Clock clock) {
    this.pages = pages;
    this.binding = binding;
    this.configuration = configuration;
    this.secrets = secrets;
    this.entries = entries;
    this.refusals = refusals;
    this.limits = limits;
    this.addresses = addresses;
    this.clock = clock;
  }

  @Get
  @Produces(MediaType.TEXT_HTML)
  HttpResponse<byte[]> page(HttpRequest<?> request) {
    return pages.page(page.in(Language.of(request)));
  }

  @Get("/page.js")
  @Produces("text/javascript")
  HttpResponse<byte[]> script() {
    return pages.asset(file("page.js"), "text/javascript");
  }

  @Get(uris = {"/strings-en.js", "/strings-de.js", "/strings-fr.js"})
  @Produces("text/javascript")
  HttpResponse<byte[]> strings(HttpRequest<?> request) {
    return pages.asset(file(request.getPath().substring(EntryLink.PATH.length() + 1)), "text/javascript");
  }

  /** Trades the link of the page's fragment for the browser's binding and what the page shows. */
  @Post("/entry")
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<EntryPageView> entry(HttpRequest<?> request, @Body EntryPageRequest body) {
    limit(request);
    binding.requireSameOrigin(request);
    EntryLink link = link(body);
    Integration integration = integration(link);
    ClientSecretEntry entry = entries.find(integration.workspace(), link).orElseThrow(this::refused);
    if (!entry.tokenOrigin().equals(integration.clientSecretOrigin())) {
      throw new ProblemException(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
    Optional<SecretText> present = binding.read(request);
    SecretText value = present.orElseGet(binding::create);
    MutableHttpResponse<EntryPageView> response = pages
        .answer(view(integration, entry, binding.csrf(value, link.text())));
    return present.isPresent() ? response : response.header("Set-Cookie", binding.setCookie(value).expose());
  }

  /** Takes the secret; the link is good no more. */
  @Post("/set")
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<EntryPageView.Done> set(HttpRequest<?> request, @Body EntryPageRequest body) {
    limit(request);
    EntryLink link = link(body);
    binding.require(request, link.text(), body.csrfToken());
    Integration integration = integration(link);
    try (SecretText secret = body.clientSecret()) {
      if (secret == null || secret.length() == 0) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "client_secret is missing.");
      }
      Instant expiresAt = body.expiresAt();
      if (expiresAt != null && !ClientSecretSetting.isSaneEnd(expiresAt, clock.instant())) {
        throw new ProblemException(ErrorCode.UNPROCESSABLE, "expires_at is in the future.");
      }
      ClientSecretView stored = entries
          .enter(ClientSecretSealer.place(integration), link, secret, expiresAt, RequestIds.of(request))
          .orElseThrow(this::refused);
      return pages.answer(new EntryPageView.Done(stored.maskedPrefix()));
    } catch (TokenOriginChangedException moved) {
      throw new ProblemException(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
  }

  private EntryPageView view(Integration integration, ClientSecretEntry entry, SecretText csrf) {
    String workspace = configuration.workspaces().stream().filter(one -> one.id().equals(integration.workspace()))
        .map(Workspace::name).findFirst().orElseThrow(this::refused);
    return new EntryPageView(workspace, integration.slug(), integration.provider().displayName(), entry.tokenOrigin(),
        secrets.view(integration.workspace(), integration.id()).map(ClientSecretView::since).orElse(null),
        entry.keepPrevious().toSeconds(), csrf, entry.expiresAt());
  }

  private EntryLink link(EntryPageRequest body) {
    @Nullable
    SecretText given = body.sessionToken();
    return Optional.ofNullable(given).flatMap(EntryLink::parse).orElseThrow(this::refused);
  }

  private Integration integration(EntryLink link) {
    return configuration.integration(link.integration()).filter(one -> one.provider().takesClientSecret())
        .orElseThrow(this::refused);
  }

  /** Counts in the store's own log: nothing that a stranger says may lead to a workspace's. */
  private ProblemException refused() {
    refusals.count(Database.STORE, ErrorCode.ENTRY_LINK_INVALID.code(), null);
    return new ProblemException(ErrorCode.ENTRY_LINK_INVALID);
  }

  private void limit(HttpRequest<?> request) {
    var wait = limits.take(RateLimits.Kind.CONNECT, addresses.of(request));
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
    }
  }

  private byte[] file(String name) {
    return Objects.requireNonNull(files.get(name)).clone();
  }
}
