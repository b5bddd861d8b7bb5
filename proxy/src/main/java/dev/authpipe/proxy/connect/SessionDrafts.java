package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.caller.EndUserGuard;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.wire.ConnectionId;

/** Checks a request for a connect session against the configuration. Never widens what an integration allows. */
@Singleton
final class SessionDrafts {
  private static final int MOST = 20;
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
  private final Configuration configuration;

  SessionDrafts(Configuration configuration) {
    this.configuration = configuration;
  }

  SessionDraft check(Caller caller, CreateSession asked) {
    CreateSession.Person person = required(asked.endUser(), "end_user");
    String identifier = required(person.id(), "end_user.id");
    if (!EndUserGuard.isIdentifier(identifier)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "end_user.id has 1 to 256 characters and no control character.");
    }
    List<Integration> integrations = integrations(caller, required(asked.integrations(), "integrations"));
    if (!"S256".equals(asked.codeChallengeMethod())
        || !CHALLENGE.matcher(required(asked.codeChallenge(), "code_challenge")).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "code_challenge must be the 43 characters of an S256 challenge and code_challenge_method S256.");
    }
    List<String> scopes = Objects.requireNonNullElse(asked.scopes(), List.of());
    Map<String, String> params = Objects.requireNonNullElse(asked.params(), Map.of());
    for (Integration integration : integrations) {
      requireScopes(integration, scopes);
      requireParameters(integration, params);
    }
    return new SessionDraft(caller.key(), identifier, optional(person.displayName(), 256, "end_user.display_name"),
        optional(person.email(), 320, "end_user.email"), integrations,
        returnUrl(integrations, required(asked.returnUrl(), "return_url")), required(asked.codeChallenge(), "code_challenge"),
        scopes,
        params, reconnects(asked.connectionId()), Boolean.TRUE.equals(asked.allowAccountChange()));
  }

  private List<Integration> integrations(Caller caller, List<String> names) {
    if (names.isEmpty() || names.size() > MOST || names.stream().distinct().count() != names.size()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "integrations names 1 to 20 different integrations.");
    }
    List<Integration> found = new ArrayList<>();
    for (String name : names) {
      Integration integration = Optional.ofNullable(name).flatMap(n -> configuration.integration(caller.workspace(), n))
          .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "An integration is unknown."));
      if (!caller.maySee(integration.id())) {
        throw new ProblemException(ErrorCode.INTEGRATION_NOT_ALLOWED);
      }
      if (!integration.provider().endUsersMayConnect()) {
        throw new ProblemException(ErrorCode.UNPROCESSABLE,
            "An integration mints access tokens with its own client or its own key: no end user can show that they may use it. Make its connections with POST /v1/connections.");
      }
      if (found.contains(integration)) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "integrations names 1 to 20 different integrations.");
      }
      found.add(integration);
    }
    return found;
  }

  /** Exact match with an entry of every integration's allowlist: no normalisation, no pattern. */
  private static URI returnUrl(List<Integration> integrations, String asked) {
    for (Integration integration : integrations) {
      if (integration.returnUrls().stream().noneMatch(allowed -> allowed.toString().equals(asked))) {
        throw new ProblemException(ErrorCode.RETURN_URL_NOT_ALLOWED);
      }
    }
    return URI.create(asked);
  }

  private static void requireScopes(Integration integration, List<String> scopes) {
    if (scopes.size() > 200 || scopes.stream().anyMatch(scope -> scope == null || !integration.scopes().contains(scope))) {
      throw new ProblemException(ErrorCode.SCOPE_NOT_ALLOWED);
    }
  }

  private static void requireParameters(Integration integration, Map<String, String> params) {
    if (params.size() > MOST) {
      throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
    }
    params.forEach((name, value) -> {
      if (!integration.mayBeSet(name, value, false)) {
        throw new ProblemException(ErrorCode.PROVIDER_PARAMETER_INVALID);
      }
    });
  }

  private static @Nullable ConnectionId reconnects(@Nullable String id) {
    try {
      return id == null ? null : ConnectionId.parse(id);
    } catch (IllegalArgumentException foreign) {
      throw new ProblemException(ErrorCode.NOT_FOUND, "The connection is unknown.");
    }
  }

  private static <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, name + " is missing.");
    }
    return value;
  }

  private static @Nullable String optional(@Nullable String value, int most, String name) {
    return value == null ? null : text(value, most, name);
  }

  private static String text(String value, int most, String name) {
    if (value.isBlank() || value.length() > most || value.chars().anyMatch(Character::isISOControl)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, name + " has 1 to " + most + " characters and no control character.");
    }
    return value;
  }
}
