package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.proxy.browser.BrowserBinding;
import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.Faults;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RemoteAddresses;
import dev.authpipe.proxy.http.RequestIds;

/** Where providers send browsers back to: one address per integration, by its {@code int_} id only. On the connect listener only. */
@Hidden
@Controller(value = "/callback", port = "${micronaut.server.netty.listeners.connect.port}")
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class CallbackController {
  private final Callbacks callbacks;
  private final BrowserBinding binding;
  private final HostedPages pages;
  private final RateLimits limits;
  private final RemoteAddresses addresses;
  private final Faults faults;

  CallbackController(Callbacks callbacks, BrowserBinding binding, HostedPages pages, RateLimits limits, RemoteAddresses addresses,
      Faults faults) {
    this.callbacks = callbacks;
    this.binding = binding;
    this.pages = pages;
    this.limits = limits;
    this.addresses = addresses;
    this.faults = faults;
  }

  @Get("/{integration}")
  HttpResponse<?> arrive(HttpRequest<?> request, @PathVariable String integration) {
    String requestId = RequestIds.of(request);
    if (limits.take(RateLimits.Kind.UNAUTHENTICATED, addresses.of(request)) != null) {
      return pages.problem(ErrorCode.RATE_LIMITED, null, false, requestId, Language.of(request));
    }
    Optional<Integration> at = callbacks.integration(integration);
    if (at.isEmpty()) {
      return pages.problem(ErrorCode.NOT_FOUND, null, false, requestId, Language.of(request));
    }
    CallbackOutcome outcome;
    try {
      outcome = callbacks.arrive(at.get(), request.getUri().getRawQuery(), binding.read(request), requestId);
    } catch (RuntimeException fault) { // a person looks at this answer: a page, not a problem document
      return pages.problem(faults.code(fault, requestId), null, false, requestId, Language.of(request));
    }
    return switch (outcome) {
      case CallbackOutcome.Authorized(URI returnAddress) -> pages.guarded(HttpResponse.status(HttpStatus.SEE_OTHER))
          .header("Location", returnAddress.toString()).header("Cache-Control", "no-store");
      case CallbackOutcome.Refused(ErrorCode code, URI giveUp, boolean again) -> pages.problem(code, giveUp, again, requestId,
          Language.of(request));
    };
  }
}
