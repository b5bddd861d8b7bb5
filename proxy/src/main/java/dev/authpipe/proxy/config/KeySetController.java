package dev.authpipe.proxy.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientKeyView;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.http.RemoteAddresses;
import dev.authpipe.wire.IntegrationId;

/**
 * The JSON Web Key Set of an integration (RFC 7517 section 5), where its provider reads which keys sign its client assertions: by its {@code int_}
 * id only, on the connect listener only. Never holds a private key, never sets a cookie.
 */
@Hidden
@Controller(value = "/jwks", port = "${micronaut.server.netty.listeners.connect.port}")
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class KeySetController {
  /** Far less than a next key is usually published before it signs. */
  private static final String CACHED = "public, max-age=300";

  private final Configuration configuration;
  private final ClientKeys keys;
  private final RateLimits limits;
  private final RemoteAddresses addresses;

  KeySetController(Configuration configuration, ClientKeys keys, RateLimits limits, RemoteAddresses addresses) {
    this.configuration = configuration;
    this.keys = keys;
    this.limits = limits;
    this.addresses = addresses;
  }

  @Get("/{integration}")
  @Produces({MediaType.APPLICATION_JSON, "application/jwk-set+json"}) // most who read key sets ask for the former
  HttpResponse<byte[]> keySet(HttpRequest<?> request, @PathVariable String integration) {
    var wait = limits.take(RateLimits.Kind.UNAUTHENTICATED, addresses.of(request));
    if (wait != null) {
      throw new ProblemException(ErrorCode.RATE_LIMITED, ErrorCode.RATE_LIMITED.meaning(), wait);
    }
    Integration found = find(integration).filter(one -> one.provider().takesClientKey()).orElse(null);
    if (found == null) { // whoever reads this is a program that knows key sets only
      return answer(HttpResponse.notFound(), List.of(), "no-store");
    }
    return answer(HttpResponse.ok(), keys.published(found.workspace(), found.id()), CACHED);
  }

  private static HttpResponse<byte[]> answer(MutableHttpResponse<?> response, List<ClientKeyView> shown, String cache) {
    return response.body(ClientKeyView.keySetText(shown).getBytes(StandardCharsets.UTF_8))
        .contentType(MediaType.APPLICATION_JSON_TYPE).header("Cache-Control", cache);
  }

  private Optional<Integration> find(String id) {
    try {
      return configuration.integration(IntegrationId.parse(id));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }
}
