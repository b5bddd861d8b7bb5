package dev.authpipe.proxy.connect;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.retire.ReceivedGrant;
import dev.authpipe.proxy.retire.ReceivedGrants;
import dev.authpipe.proxy.retire.RevocationReason;
import dev.authpipe.proxy.vault.ConnectionClient;

/** Gives back what was issued and is not wanted, until the provider confirms. Never keeps it. */
@Singleton
final class Unwanted {
  private final ReceivedGrants receivedGrants;
  private final Grantor grantor;

  Unwanted(ReceivedGrants receivedGrants, Grantor grantor) {
    this.receivedGrants = receivedGrants;
    this.grantor = grantor;
  }

  /** Gives back one grant of a claim and wipes it. */
  void revoke(Integration integration, FinishClaim.Granted claim, TokenGrant grant, ErrorCode why) {
    try (grant; ConnectionClient client = grantor.client(integration, claim.attempt(), claim.person())) {
      RevocationReason reason = why == ErrorCode.PROVIDER_ANSWER_INVALID
          ? RevocationReason.MALFORMED_ANSWER
          : RevocationReason.UNWANTED_ANSWER;
      receivedGrants.revoke(integration, claim.session().endUserId(),
          ReceivedGrant.of(grant, integration, claim.attempt().params(), client), reason);
    }
  }
}
