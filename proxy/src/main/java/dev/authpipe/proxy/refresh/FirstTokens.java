package dev.authpipe.proxy.refresh;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.proxy.refresh.FirstTokenOutcome.Reason;
import dev.authpipe.proxy.retire.ReceivedGrant;
import dev.authpipe.proxy.retire.ReceivedGrants;
import dev.authpipe.proxy.retire.RevocationReason;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.CredentialParameters;

/**
 * Mints the first access token of a connection by client credentials, which proves the client. Never stores anything: what does not become a
 * connection is given back. Blocks for one call.
 */
@Singleton
public final class FirstTokens {
  private final Asking asking;
  private final ProviderGate gate;
  private final ReceivedGrants receivedGrants;
  private final Clock clock;

  FirstTokens(Asking asking, ProviderGate gate, ReceivedGrants receivedGrants, Clock clock) {
    this.asking = asking;
    this.gate = gate;
    this.receivedGrants = receivedGrants;
    this.clock = clock;
  }

  /**
   * Mints one.
   *
   * @param parameters  that the connection will be sealed with
   * @param tokenOrigin that they lead to
   * @param client      of the connection, which stays the caller's; null: the integration's
   * @param scopes      asked for
   */
  public FirstTokenOutcome mint(Integration integration, CredentialParameters parameters, String tokenOrigin,
      @Nullable ConnectionClient client, List<String> scopes) {
    Optional<Asking.Ready> opened;
    try {
      opened = integration.asIssued(parameters.values(), tokenOrigin)
          .flatMap(issued -> asking.ready(integration, issued, tokenOrigin, client));
    } catch (TokenOriginChangedException _) {
      return failed(Reason.ORIGIN_CHANGED);
    }
    if (opened.isEmpty()) {
      return failed(Reason.MISCONFIGURED);
    }
    try (Asking.Ready ready = opened.get()) {
      Instant sentAt = clock.instant();
      TokenOutcome answer = ready.mint(scopes, () -> true);
      gate.heard(integration.workspace(), integration.id(), answer);
      return switch (answer) {
        case TokenOutcome.Granted(TokenGrant grant) -> {
          Optional<URI> apiBase = grant.apiBase(integration, parameters.values());
          FirstToken minted = new FirstToken(grant, apiBase.orElseGet(() -> integration.apiBase(parameters.values())), sentAt,
              client, scopes);
          if (apiBase.isEmpty()) {
            giveBack(integration, parameters, tokenOrigin, minted);
            yield failed(Reason.MALFORMED);
          }
          yield new FirstTokenOutcome.Minted(minted);
        }
        case TokenOutcome.Refused(String code, int _) ->
          failed(isOfClient(code) ? Reason.CLIENT_REFUSED : Reason.REQUEST_REFUSED);
        case TokenOutcome.Misconfigured _ -> failed(Reason.MISCONFIGURED);
        case TokenOutcome.Transient _,TokenOutcome.NotSent _ -> failed(Reason.UNREACHABLE);
        case TokenOutcome.Unknown _ -> failed(Reason.NO_ANSWER);
        case TokenOutcome.Malformed(String _, int _, List<TokenGrant> received) -> {
          received.forEach(grant -> giveBack(integration, parameters, tokenOrigin,
              new FirstToken(grant, integration.apiBase(parameters.values()), sentAt, client, scopes)));
          yield failed(Reason.MALFORMED);
        }
      };
    }
  }

  /** Has the provider revoke one that became no connection, and wipes it. */
  public void giveBack(Integration integration, CredentialParameters parameters, String tokenOrigin, FirstToken token) {
    try (token) {
      receivedGrants.revoke(integration, null, new ReceivedGrant(token.grant(), tokenOrigin, parameters, token.client()),
          RevocationReason.UNWANTED_ANSWER);
    }
  }

  private static boolean isOfClient(String code) {
    return code.equals("invalid_client") || code.equals("unauthorized_client") || code.equals("invalid_grant");
  }

  private static FirstTokenOutcome failed(Reason reason) {
    return new FirstTokenOutcome.Failed(reason);
  }
}
