package dev.authpipe.proxy.retire;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.ClientAuthentication;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.clientsecret.ClientProofs;
import dev.authpipe.proxy.clientsecret.TriedProofs;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.oauth.OAuthClient;
import dev.authpipe.proxy.oauth.RevocationOutcome;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;

/** Sends the tokens of one grant to the provider's revocation endpoint, in the order of its profile (RFC 7009). Never stores anything. */
@Singleton
final class RevocationCall {
  /** What all answers together mean. */
  enum Verdict {
    CONFIRMED,
    NOT_SUPPORTED,
    RETRY
  }

  /** @param code a registered or own code, never provider text */
  record Answer(Verdict verdict, String code, int httpStatus, Optional<Duration> retryAfter) {}

  private final OAuthClient oauth;
  private final ClientProofs clientProofs;

  RevocationCall(OAuthClient oauth, ClientProofs clientProofs) {
    this.oauth = oauth;
    this.clientProofs = clientProofs;
  }

  /**
   * Revokes each token that there is; one that is not confirmed makes the whole worth a repetition. A configuration that would carry the tokens
   * elsewhere than they were issued sends nothing.
   */
  Answer revoke(Integration integration, RevocationProfile profile, OwedTokens owed) {
    Integration issued = integration.asIssued(owed.parameters().values(), owed.tokenOrigin())
        .filter(one -> hasEndpoint(one, profile)).orElse(null);
    if (issued == null) {
      return new Answer(Verdict.RETRY, "token_origin_changed", 0, Optional.empty());
    }
    ConnectionClient client = owed.client();
    Integration asking = client == null ? issued : issued.withClientId(client.clientId());
    Optional<TriedProofs> opened;
    try {
      opened = proof(integration, profile.clientAuthentication(), owed);
    } catch (IntegrityException changed) {
      return unproved(); // it is not what is owed that was changed
    }
    if (opened.isEmpty() && profile.clientAuthentication().needsKey()) {
      return unproved(); // until the next key is made
    }
    try (TriedProofs proofs = opened.orElseThrow(() -> new IllegalArgumentException("the client has no secret"))) { // nor will it by waiting
      Answer total = new Answer(Verdict.NOT_SUPPORTED, "not_supported", 0, Optional.empty());
      for (Revoked kind : profile.order()) {
        Optional<SecretText> owedToken = owed.of(kind);
        if (owedToken.isPresent()) {
          SecretText token = owedToken.get();
          total = both(total, meaning(proofs.ask(proof -> oauth.revoke(asking, Map.of(), token, kind, proof))));
        }
      }
      return total;
    }
  }

  private static Answer unproved() {
    return new Answer(Verdict.RETRY, "integration_misconfigured", 0, Optional.empty());
  }

  /** The connection's client secret goes where its tokens came from; the integration's secret and key have an origin of their own. */
  private Optional<TriedProofs> proof(Integration integration, ClientAuthentication how, OwedTokens owed) {
    ConnectionClient client = owed.client();
    if (integration.provider().connectionsHaveClients() != (client != null)) {
      return Optional.empty();
    }
    if (client != null && how.needsSecret()) {
      return Optional.ofNullable(client.clientSecret())
          .map(secret -> TriedProofs.only(ClientProof.of(SecretText.copyOf(secret.exposeUtf8(), 0, secret.length()))));
    }
    return clientProofs.open(integration.workspace(), integration.id(), integration.clientSecretOrigin(owed.tokenOrigin()),
        how.needsSecret(), how.needsKey());
  }

  private static boolean hasEndpoint(Integration issued, RevocationProfile profile) {
    try {
      return profile.endpoint().resolve(issued.templateValues(Map.of())).isAbsolute();
    } catch (IllegalArgumentException _) {
      return false; // a parameter of the address is missing
    }
  }

  private static Answer meaning(RevocationOutcome outcome) {
    return switch (outcome) {
      case RevocationOutcome.Confirmed(int status) -> new Answer(Verdict.CONFIRMED, "confirmed", status, Optional.empty());
      case RevocationOutcome.NotSupported _ -> new Answer(Verdict.NOT_SUPPORTED, "not_supported", 0, Optional.empty());
      case RevocationOutcome.Refused(String code, int status) -> new Answer(Verdict.RETRY, code, status, Optional.empty());
      case RevocationOutcome.Retry(String reason, int status, Optional<Duration> retryAfter) ->
        new Answer(Verdict.RETRY, reason, status, retryAfter);
    };
  }

  private static Answer both(Answer one, Answer other) {
    return one.verdict() == Verdict.RETRY || (one.verdict() == Verdict.CONFIRMED && other.verdict() == Verdict.NOT_SUPPORTED)
        ? one
        : other;
  }
}
