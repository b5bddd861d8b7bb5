package dev.authpipe.proxy.connect;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.AuthorizeProfile;
import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.TokenOriginChangedException;
import dev.authpipe.proxy.clientsecret.TriedProofs;
import dev.authpipe.proxy.connect.GrantOutcome.Failed;
import dev.authpipe.proxy.connect.GrantOutcome.Next;
import dev.authpipe.proxy.connect.GrantOutcome.Received;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.oauth.AccountOutcome;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.oauth.ProofOutcome;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.proxy.probe.ProbeOutcome;
import dev.authpipe.proxy.probe.Probes;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.CredentialParameters;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.NewCredential;

/**
 * Turns what was sealed at the callback into a credential: one call to the token endpoint, the proofs the profile asks for, and the provider
 * account. Holds no transaction while it asks. Never repeats an exchange.
 */
@Singleton
final class Grantor {
  private final OAuthClient oauth;
  private final Probes probes;
  private final ClientProofs clientProofs;
  private final Envelopes envelopes;
  private final Clock clock;

  Grantor(OAuthClient oauth, Probes probes, ClientProofs clientProofs, @Named("vault") Envelopes envelopes, Clock clock) {
    this.oauth = oauth;
    this.probes = probes;
    this.clientProofs = clientProofs;
    this.envelopes = envelopes;
    this.clock = clock;
  }

  GrantOutcome ask(Integration integration, ConnectAttempt attempt, EndUser person, JournaledFinishes.Hand hand) {
    return switch (integration.provider().authType()) {
      case OAUTH2 -> exchange(integration, attempt, person, hand);
      case CLIENT_CREDENTIALS -> mint(integration, attempt, person);
      case API_KEY, BASIC, BEARER -> probe(integration, attempt, person);
    };
  }

  /** Goes on with a grant that was received before an interruption: proofs and account only. */
  GrantOutcome resume(Integration integration, ConnectAttempt attempt, EndUser person, TokenGrant grant, Instant received) {
    return granted(integration, attempt, person, grant, received);
  }

  private GrantOutcome exchange(Integration integration, ConnectAttempt attempt, EndUser person, JournaledFinishes.Hand hand) {
    if (!integration.tokenEndpoint(attempt.params()).toString().equals(attempt.tokenEndpoint())) {
      return refused(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
    TriedProofs opened;
    try {
      opened = proofs(integration).orElse(null);
    } catch (TokenOriginChangedException changed) {
      return refused(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
    if (opened == null) {
      return refused(ErrorCode.INTEGRATION_MISCONFIGURED);
    }
    try (TriedProofs proofs = opened) {
      SecretText verifier = attempt.sealedVerifier() == null
          ? null
          : open(integration, attempt, person, RecordKind.CONNECT_VERIFIER);
      SecretText code = open(integration, attempt, person, RecordKind.CONNECT_CODE);
      URI back = Objects.requireNonNull(attempt.redirectUri());
      // A refused client secret left the code unused: while two are tried it goes once more with the other.
      TokenOutcome answer = proofs
          .ask(proof -> oauth.exchange(integration, attempt.params(), code, verifier, back, proof));
      return exchanged(integration, attempt, person, hand, answer).afterMoreCalls(proofs.refused());
    }
  }

  private GrantOutcome exchanged(Integration integration, ConnectAttempt attempt, EndUser person, JournaledFinishes.Hand hand,
      TokenOutcome outcome) {
    return switch (outcome) {
      case TokenOutcome.Granted(TokenGrant grant) -> granted(integration, attempt, person, grant, hand.received(grant));
      case TokenOutcome.Refused(String code, int status) -> failed(ErrorCode.PROVIDER_REFUSED, code, List.of());
      case TokenOutcome.Misconfigured(String code, int status) -> failed(ErrorCode.INTEGRATION_MISCONFIGURED, code, List.of());
      case TokenOutcome.Transient(String code, int status, var retryAfter) -> new Failed(ErrorCode.PROVIDER_UNREACHABLE, code, 1,
          Next.FINISH_AGAIN, retryAfter.orElse(null), List.of());
      case TokenOutcome.NotSent(String reason) ->
        new Failed(ErrorCode.PROVIDER_UNREACHABLE, reason, 0, Next.FINISH_AGAIN, null, List.of());
      case TokenOutcome.Unknown(String reason) -> failed(ErrorCode.PROVIDER_TIMEOUT, reason, List.of());
      case TokenOutcome.Malformed(String reason, int status, List<TokenGrant> received) -> {
        hand.unwanted(received);
        yield failed(ErrorCode.PROVIDER_ANSWER_INVALID, reason, received);
      }
    };
  }

  private GrantOutcome granted(Integration integration, ConnectAttempt attempt, EndUser person, TokenGrant grant, Instant now) {
    Optional<URI> apiBase = grant.apiBase(integration, attempt.params());
    if (apiBase.isEmpty()) {
      return failed(ErrorCode.PROVIDER_ANSWER_INVALID, "api_base", List.of(grant));
    }
    ErrorCode unproven = unproven(integration, attempt, grant);
    if (unproven != null) {
      return failed(unproven, unproven.code(), List.of(grant));
    }
    AccountOutcome account = oauth.account(integration, attempt.params(), grant);
    if (account instanceof AccountOutcome.Failed(String reason, int status)) {
      return failed(reason.equals("unreachable") ? ErrorCode.PROVIDER_UNREACHABLE : ErrorCode.PROVIDER_ANSWER_INVALID,
          "account_" + reason,
          List.of(grant));
    }
    List<String> scopes = grant.scopesOr(attempt.scopes());
    NewCredential credential = NewCredential
        .builder(CredentialType.OAUTH2, person.id(), person.identifier(), apiBase.get(),
            integration.tokenOrigin(attempt.params()))
        .proxyOnly(integration.proxyOnly()).accessToken(grant.accessToken()).refreshToken(grant.refreshToken())
        .tokenType(grant.tokenType()).scopes(scopes).issuedAt(now)
        .accessExpiresAt(grant.lifetime() == null ? null : now.plus(grant.lifetime()))
        .refreshExpiresAt(grant.refreshLifetime() == null ? null : now.plus(grant.refreshLifetime()))
        .parameters(issuedWith(integration, attempt)).build();
    return new Received(credential, CredentialType.OAUTH2, scopes, account, grant, 1);
  }

  private static CredentialParameters issuedWith(Integration integration, ConnectAttempt attempt) {
    return new CredentialParameters(integration.issuedParams(attempt.params()));
  }

  /** What the callback named must be shown to be this end user's, by this very grant. */
  private @Nullable ErrorCode unproven(Integration integration, ConnectAttempt attempt, TokenGrant grant) {
    for (AuthorizeProfile.CallbackParameter parameter : integration.provider().requireAuthorize().callbackParameters()) {
      String value = attempt.callbackParams().get(parameter.name());
      AuthorizeProfile.Proof proof = parameter.proof();
      if (value != null && proof != null) {
        ProofOutcome outcome = oauth.prove(integration, attempt.params(), proof, grant.accessToken(), value);
        if (outcome != ProofOutcome.PROVEN) {
          return outcome == ProofOutcome.NOT_PROVEN ? ErrorCode.PARAMETER_NOT_PROVEN : ErrorCode.PROVIDER_UNREACHABLE;
        }
      }
    }
    return null;
  }

  /**
   * One access token minted by the client that was entered, which proves it. Nothing can be lost: whatever happens, the client can mint another
   * one.
   */
  private GrantOutcome mint(Integration integration, ConnectAttempt attempt, EndUser person) {
    if (!integration.tokenEndpoint(attempt.params()).toString().equals(attempt.tokenEndpoint())) {
      return refused(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
    ConnectionClient client = client(integration, attempt, person);
    if (client == null) { // the integration's own client is not for end users to use
      return refused(ErrorCode.INTEGRATION_MISCONFIGURED);
    }
    TriedProofs opened;
    try {
      opened = proofs(integration, client).orElse(null);
    } catch (TokenOriginChangedException changed) {
      return refused(ErrorCode.TOKEN_ORIGIN_CHANGED);
    }
    if (opened == null) {
      return refused(ErrorCode.INTEGRATION_MISCONFIGURED);
    }
    Instant sentAt = clock.instant();
    TokenOutcome outcome;
    try (TriedProofs proofs = opened) {
      outcome = proofs.ask(
          proof -> oauth.mint(integration.withClientId(client.clientId()), attempt.params(), attempt.scopes(), proof));
    }
    return switch (outcome) {
      case TokenOutcome.Granted(TokenGrant grant) -> minted(integration, attempt, person, grant, client, sentAt);
      case TokenOutcome.Refused(String code, int _) -> code.equals("invalid_grant")
          ? clientRefused(code)
          : failed(ErrorCode.PROVIDER_REFUSED, code, List.of());
      case TokenOutcome.Misconfigured(String code, int _) -> clientRefused(code);
      case TokenOutcome.Transient(String code, int _, var retryAfter) ->
        new Failed(ErrorCode.PROVIDER_UNREACHABLE, code, 1, Next.FINISH_AGAIN, retryAfter.orElse(null), List.of());
      case TokenOutcome.NotSent(String reason) ->
        new Failed(ErrorCode.PROVIDER_UNREACHABLE, reason, 0, Next.FINISH_AGAIN, null, List.of());
      case TokenOutcome.Unknown(String reason) ->
        new Failed(ErrorCode.PROVIDER_TIMEOUT, reason, 1, Next.FINISH_AGAIN, null, List.of());
      case TokenOutcome.Malformed(String reason, int _, List<TokenGrant> received) ->
        failed(ErrorCode.PROVIDER_ANSWER_INVALID, reason, received);
    };
  }

  private GrantOutcome minted(Integration integration, ConnectAttempt attempt, EndUser person, TokenGrant grant,
      ConnectionClient client, Instant sentAt) {
    Optional<URI> apiBase = grant.apiBase(integration, attempt.params());
    if (apiBase.isEmpty()) {
      return failed(ErrorCode.PROVIDER_ANSWER_INVALID, "api_base", List.of(grant));
    }
    AccountOutcome account = oauth.account(integration, attempt.params(), grant);
    if (account instanceof AccountOutcome.Failed(String reason, int _)) {
      return failed(reason.equals("unreachable") ? ErrorCode.PROVIDER_UNREACHABLE : ErrorCode.PROVIDER_ANSWER_INVALID,
          "account_" + reason, List.of(grant));
    }
    List<String> scopes = grant.scopesOr(attempt.scopes());
    NewCredential credential = NewCredential
        .builder(CredentialType.CLIENT_CREDENTIALS, person.id(), person.identifier(), apiBase.get(),
            integration.tokenOrigin(attempt.params()))
        .proxyOnly(integration.proxyOnly()).accessToken(grant.accessToken()).tokenType(grant.tokenType()).scopes(scopes)
        .issuedAt(sentAt).accessExpiresAt(grant.lifetime() == null ? null : sentAt.plus(grant.lifetime()))
        .parameters(issuedWith(integration, attempt)).client(client).requestedScopes(attempt.scopes()).build();
    return new Received(credential, CredentialType.CLIENT_CREDENTIALS, scopes, account, grant, 1);
  }

  private static GrantOutcome clientRefused(String code) {
    return new Failed(ErrorCode.CREDENTIAL_REFUSED, code, 1, Next.ENTER_AGAIN, null, List.of());
  }

  /** The connection's own client as it was entered, for the caller to close; null: it has none. */
  @Nullable
  ConnectionClient client(Integration integration, ConnectAttempt attempt, EndUser person) {
    if (!integration.provider().connectionsHaveClients()) {
      return null;
    }
    try (
        SecretBytes plain = envelopes.open(
            attempt.place(integration.provider().slug(), RecordKind.PENDING_KEY, person.id()),
            Objects.requireNonNull(attempt.sealedCode()));
        PendingKey entered = PendingKey.read(plain)) {
      String name = entered.username();
      SecretText key = entered.key();
      return name == null
          ? new ConnectionClient(key.expose(), null)
          : new ConnectionClient(name, SecretText.copyOf(key.exposeUtf8(), 0, key.length()));
    }
  }

  /** The connection's own secret, or the integration's key. */
  private Optional<TriedProofs> proofs(Integration integration, ConnectionClient client) {
    SecretText own = client.clientSecret();
    return own == null
        ? clientProofs.open(integration.workspace(), integration.id(), integration.clientSecretOrigin(), false, true)
        : Optional.of(TriedProofs.only(ClientProof.of(SecretText.copyOf(own.exposeUtf8(), 0, own.length()))));
  }

  private GrantOutcome probe(Integration integration, ConnectAttempt attempt, EndUser person) {
    URI apiBase = integration.apiBase(attempt.params());
    PendingKey key;
    try (SecretBytes plain = envelopes.open(attempt.place(integration.provider().slug(), RecordKind.PENDING_KEY, person.id()),
        Objects.requireNonNull(attempt.sealedCode()))) {
      key = PendingKey.read(plain);
    }
    try (SecretText header = key.headerValue(integration.provider().api().injection())) {
      ProbeOutcome probed = probes.probe(integration, apiBase, header);
      if (probed instanceof ProbeOutcome.Refused) {
        key.close();
        return new Failed(ErrorCode.CREDENTIAL_REFUSED, ErrorCode.CREDENTIAL_REFUSED.code(), 0, Next.ENTER_AGAIN, null,
            List.of());
      }
      AccountOutcome account = probed instanceof ProbeOutcome.Unreachable
          ? new AccountOutcome.Failed("unreachable", 0)
          : oauth.account(integration, attempt.params(), header);
      if (account instanceof AccountOutcome.Failed) {
        key.close();
        return new Failed(ErrorCode.PROVIDER_UNREACHABLE, ErrorCode.PROVIDER_UNREACHABLE.code(), 0, Next.FINISH_AGAIN, null,
            List.of());
      }
      CredentialType type = switch (integration.provider().authType()) {
        case BASIC -> CredentialType.BASIC;
        case BEARER -> CredentialType.BEARER;
        case API_KEY, OAUTH2, CLIENT_CREDENTIALS -> CredentialType.API_KEY;
      };
      NewCredential credential = NewCredential.builder(type, person.id(), person.identifier(), apiBase, "")
          .proxyOnly(integration.proxyOnly()).accessToken(key.key()).username(key.username()).issuedAt(clock.instant())
          .parameters(issuedWith(integration, attempt)).build();
      return new Received(credential, type, List.of(), account, null, 0);
    }
  }

  /** What the client proves itself with, sealed to its token endpoint's origin; empty: it is not set. */
  private Optional<TriedProofs> proofs(Integration integration) {
    ClientAuthentication how = integration.provider().requireToken().clientAuthentication();
    return clientProofs.open(integration.workspace(), integration.id(), integration.clientSecretOrigin(), how.needsSecret(),
        how.needsKey());
  }

  private SecretText open(Integration integration, ConnectAttempt attempt, EndUser person, RecordKind kind) {
    byte[] sealed = kind == RecordKind.CONNECT_VERIFIER ? attempt.sealedVerifier() : attempt.sealedCode();
    RecordContext sealedTo = attempt.place(integration.provider().slug(), kind, person.id());
    try (SecretBytes plain = envelopes.open(sealedTo, Objects.requireNonNull(sealed))) {
      return plain.toText();
    }
  }

  private static Failed refused(ErrorCode code) {
    return new Failed(code, code.code(), 0, Next.NOTHING, null, List.of());
  }

  private static Failed failed(ErrorCode code, String reason, List<TokenGrant> unwanted) {
    return new Failed(code, reason, 1, Next.NOTHING, null, unwanted);
  }
}
