package dev.authpipe.testkit.sandbox;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Header;

/** Sends the browser back to the client, with the script's changes made to the parameters. */
final class Callback {

  private final AuthorizationServerSettings settings;
  private final Grants grants;
  private final Endpoints endpoints;

  Callback(AuthorizationServerSettings settings, Grants grants, Endpoints endpoints) {
    this.settings = settings;
    this.grants = grants;
    this.endpoints = endpoints;
  }

  Answer allow(AuthorizationRequest request, Account account, List<CallbackChange> changes) {
    var error = changes.stream().filter(CallbackChange.ErrorAnswer.class::isInstance).map(CallbackChange.ErrorAnswer.class::cast)
        .findFirst();
    return error.isPresent()
        ? refuse(request, error.get().error(), changes)
        : answer(request, new Header("code", grants.issueCode(request, account).reveal()), changes);
  }

  Answer refuse(AuthorizationRequest request, String error, List<CallbackChange> changes) {
    return answer(request, new Header("error", error), changes);
  }

  private Answer answer(AuthorizationRequest request, Header result, List<CallbackChange> changes) {
    var parameters = new ArrayList<Header>();
    parameters.add(result);
    request.state().ifPresent(state -> parameters.add(new Header("state", state)));
    if (settings.issuerInCallback()) {
      parameters.add(new Header("iss", endpoints.issuer()));
    }
    changes.forEach(change -> apply(change, parameters));
    var query = parameters.stream().map(parameter -> encode(parameter.name()) + "=" + encode(parameter.value()))
        .collect(Collectors.joining("&"));
    var uri = request.redirectUri();
    return Answer.redirect(303, URI.create(uri + (uri.indexOf('?') < 0 ? "?" : "&") + query)).with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer");
  }

  private void apply(CallbackChange change, List<Header> parameters) {
    switch (change) {
      case CallbackChange.Issuer other -> replace(parameters, "iss", other.issuer());
      case CallbackChange.TrailingSlashIssuer _ -> replace(parameters, "iss", endpoints.issuer() + "/");
      case CallbackChange.WithoutIssuer _ -> parameters.removeIf(parameter -> parameter.name().equals("iss"));
      case CallbackChange.State other -> replace(parameters, "state", other.state());
      case CallbackChange.ExtraParameter extra -> parameters.add(new Header(extra.name(), extra.value()));
      case CallbackChange.ErrorAnswer _ -> {
        // Decided before a code was issued.
      }
    }
  }

  private static void replace(List<Header> parameters, String name, String value) {
    parameters.removeIf(parameter -> parameter.name().equals(name));
    parameters.add(new Header(name, value));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
