package dev.authpipe.proxy.connect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.wire.ConnectionId;

/**
 * Finishes a session for its application: claim and intent, one exchange, one transaction that makes the connection. A crash in between never
 * exchanges twice; tokens that cannot be kept are given back.
 */
@Singleton
final class Finishing {
  private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int PAUSES = 250;
  private static final int COMMIT_TRIES = 4;
  private final VaultDatabase vault;
  private final FinishClaims claims;
  private final Grantor grantor;
  private final ConnectionMaking making;
  private final JournaledFinishes journaled;
  private final Unwanted unwanted;
  private final Connections connections;
  private final Configuration configuration;
  private final Envelopes envelopes;
  private final DeploymentKeys keys;

  Finishing(VaultDatabase vault, FinishClaims claims, Grantor grantor, ConnectionMaking making,
      JournaledFinishes journaled, Unwanted unwanted, Connections connections, Configuration configuration,
      @Named("vault") Envelopes envelopes, DeploymentKeys keys) {
    this.vault = vault;
    this.claims = claims;
    this.grantor = grantor;
    this.making = making;
    this.journaled = journaled;
    this.unwanted = unwanted;
    this.connections = connections;
    this.configuration = configuration;
    this.envelopes = envelopes;
    this.keys = keys;
  }

  /** Finishes, or returns what an identical request made. */
  ConnectionListing finish(Caller caller, String session, FinishRequest request, String requestId) {
    FinishAttempt asked = check(caller, session, request, requestId);
    for (int i = 0; i < PAUSES; i++) {
      switch (vault.inWorkspace(caller.workspace(), tx -> claims.claim(tx, asked))) {
        case FinishClaim.Granted granted -> {
          return carryOut(asked, granted);
        }
        case FinishClaim.Done(ConnectionId connection) -> {
          return show(caller, connection);
        }
        case FinishClaim.Refused(ErrorCode code) -> throw new ProblemException(code);
        case FinishClaim.UnderWay() -> LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    throw new ProblemException(ErrorCode.REQUEST_IN_PROGRESS);
  }

  private FinishAttempt check(Caller caller, String session, FinishRequest request, String requestId) {
    SecretText finishCode = request.finishCode();
    SecretText codeVerifier = request.codeVerifier();
    String endUser = request.endUserId();
    if (finishCode == null || codeVerifier == null || endUser == null || !VERIFIER.matcher(codeVerifier.expose()).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "finish_code, code_verifier (43 to 128 characters) and end_user_id are required.");
    }
    byte[] user = endUser.getBytes(StandardCharsets.UTF_8);
    try (SecretBytes whole = SecretBytes.taking(ByteBuffer.allocate(8 + finishCode.length() + codeVerifier.length() + user.length)
        .putInt(finishCode.length()).put(finishCode.exposeUtf8()).putInt(codeVerifier.length()).put(codeVerifier.exposeUtf8())
        .put(user)
        .array())) {
      return new FinishAttempt(caller, Sessions.parse(session), finishCode, codeVerifier, endUser,
          keys.hash(HashPurpose.REQUEST, whole.expose()), requestId);
    }
  }

  private ConnectionListing show(Caller caller, ConnectionId connection) {
    return vault.inWorkspace(caller.workspace(), tx -> connections.show(tx, connection))
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "The connection of this session is gone."));
  }

  /** From the intent on: whatever happens, the session ends up in a state that says so, and nothing issued is forgotten. */
  private ConnectionListing carryOut(FinishAttempt asked, FinishClaim.Granted claim) {
    Integration integration = configuration.integration(claim.attempt().integration()).orElse(null);
    if (integration == null) {
      throw making.fail(finisher(asked, claim), claim, failed(ErrorCode.INTEGRATION_MISCONFIGURED, GrantOutcome.Next.NOTHING));
    }
    Finisher by = finisher(asked, claim);
    try (Sealer sealer = envelopes.hold(by.workspace());
        JournaledFinishes.Hand hand = journaled.hand(integration, claim, by.connection(), sealer)) {
      return switch (grantor.ask(integration, claim.attempt(), claim.person(), hand)) {
        case GrantOutcome.Failed failure -> throw giveUp(by, claim, integration, failure, hand);
        case GrantOutcome.Received received -> keep(by, claim, integration, received, sealer, hand);
      };
    } catch (KeyUnavailableException notNow) {
      making.release(by, claim);
      throw notNow;
    } catch (IntegrityException foreign) {
      throw making.fail(by, claim, failed(ErrorCode.INTEGRITY_ERROR, GrantOutcome.Next.NOTHING));
    }
  }

  private Finisher finisher(FinishAttempt asked, FinishClaim.Granted claim) {
    ConnectionId reconnects = claim.session().reconnects();
    return new Finisher(asked.caller().workspace(), asked.caller().actor(), reconnects == null ? making.newId() : reconnects,
        asked.hash(), asked.requestId());
  }

  private ConnectionListing keep(Finisher by, FinishClaim.Granted claim, Integration integration, GrantOutcome.Received received,
      Sealer sealer, JournaledFinishes.Hand hand) {
    try {
      MakingOutcome made = commit(by, claim, integration, received, sealer);
      return switch (made) {
        case MakingOutcome.Made(ConnectionListing shown) -> {
          hand.settle();
          received.credential().close();
          yield shown;
        }
        case MakingOutcome.Unfit(ErrorCode code) -> throw giveUp(by, claim, integration, unfit(code, received), hand);
      };
    } catch (StoreUnavailableException lost) {
      if (!hand.isKept()) { // in the journal it waits for the store, and the application may ask again
        giveBack(integration, claim, received.grant(), ErrorCode.STORE_UNAVAILABLE);
      }
      throw lost;
    } catch (KeyUnavailableException lost) {
      giveBack(integration, claim, received.grant(), ErrorCode.KEY_UNAVAILABLE);
      hand.settle();
      throw making.fail(by, claim, failed(ErrorCode.KEY_UNAVAILABLE, GrantOutcome.Next.NOTHING));
    }
  }

  /** The answer is in hand: a store that is away for a moment must not cost the grant. */
  private MakingOutcome commit(Finisher by, FinishClaim.Granted claim, Integration integration,
      GrantOutcome.Received received, Sealer sealer) {
    for (int i = 1;; i++) {
      try {
        return making.make(by, claim, integration, received, sealer);
      } catch (StoreUnavailableException away) {
        if (i == COMMIT_TRIES) {
          throw away;
        }
        LockSupport.parkNanos(Duration.ofSeconds(i).toNanos());
      }
    }
  }

  private ProblemException giveUp(Finisher by, FinishClaim.Granted claim, Integration integration, GrantOutcome.Failed failure,
      JournaledFinishes.Hand hand) {
    ProblemException problem = making.fail(by, claim, failure);
    failure.unwanted().forEach(grant -> giveBack(integration, claim, grant, failure.code()));
    hand.settle();
    return problem;
  }

  private void giveBack(Integration integration, FinishClaim.Granted claim, @Nullable TokenGrant grant, ErrorCode why) {
    if (grant != null) {
      unwanted.revoke(integration, claim, grant, why);
    }
  }

  /** What was received and must not become a connection. */
  static GrantOutcome.Failed unfit(ErrorCode code, GrantOutcome.Received received) {
    TokenGrant grant = received.grant();
    return new GrantOutcome.Failed(code, code.code(), received.tokenCalls(), GrantOutcome.Next.NOTHING, null,
        grant == null ? java.util.List.of() : java.util.List.of(grant));
  }

  private static GrantOutcome.Failed failed(ErrorCode code, GrantOutcome.Next next) {
    return new GrantOutcome.Failed(code, code.code(), 0, next, null, java.util.List.of());
  }
}
