package dev.authpipe.proxy.connection;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.probe.CredentialHeader;
import dev.authpipe.proxy.probe.ProbeOutcome;
import dev.authpipe.proxy.probe.Probes;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshCredentials;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.OpenCredential;

/** Probes a credential at its provider, where it is sealed to and nowhere else. Never keeps it. */
@Singleton
final class ConnectionProbe {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final FreshCredentials credentials;
  private final Probes probes;
  private final Configuration configuration;
  private final Clock clock;

  ConnectionProbe(FreshCredentials credentials, Probes probes, Configuration configuration, Clock clock) {
    this.credentials = credentials;
    this.probes = probes;
    this.configuration = configuration;
    this.clock = clock;
  }

  /** The word for what was found. */
  String outcome(ConnectionRow row) {
    Integration integration = configuration.integration(row.workspace(), row.integration().toString())
        .orElseThrow(() -> new ProblemException(ErrorCode.INTEGRATION_MISCONFIGURED, "The integration is no longer configured."));
    return switch (credentials.get(new CredentialRequest(row.workspace(), row.id(), Duration.ZERO, DEADLINE))) {
      case FreshOutcome.Fresh(OpenCredential opened) -> {
        try (opened;
            SecretText header = CredentialHeader.of(integration.provider().api(), opened.type(), opened.username(),
                opened.accessToken())) {
          yield probes.probe(integration, opened.apiBase(), header).word();
        }
      }
      case FreshOutcome.Failure failure -> throw Failures.problem(failure);
    };
  }

  /** Probes a secret that is not kept yet. */
  ProbeOutcome tryOut(Integration integration, URI apiBase, CredentialType type, @Nullable String username,
      SecretText secret) {
    try (SecretText header = CredentialHeader.of(integration.provider().api(), type, username, secret)) {
      return probes.probe(integration, apiBase, header);
    }
  }

  Instant now() {
    return clock.instant();
  }
}
