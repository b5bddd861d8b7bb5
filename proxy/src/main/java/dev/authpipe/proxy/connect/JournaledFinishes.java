package dev.authpipe.proxy.connect;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.journal.JournalEntry;
import dev.authpipe.proxy.journal.JournalPlace;
import dev.authpipe.proxy.journal.JournalPurpose;
import dev.authpipe.proxy.oauth.TokenGrant;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.ConnectionId;

/** Keeps what a code was exchanged for in the rescue journal until it has become a connection or is owed to the provider. */
@Singleton
final class JournaledFinishes {
  private final Journal journal;
  private final Clock clock;

  JournaledFinishes(Journal journal, Clock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** What one exchange brings; left to the recovery unless it is told to be settled before it is closed. */
  final class Hand implements AutoCloseable {
    private final Integration integration;
    private final FinishClaim.Granted claim;
    private final ConnectionId connection;
    private final Sealer sealer;
    private final List<JournalEntry> entries = new ArrayList<>();
    private boolean settled;

    private Hand(Integration integration, FinishClaim.Granted claim, ConnectionId connection, Sealer sealer) {
      this.integration = integration;
      this.claim = claim;
      this.connection = connection;
      this.sealer = sealer;
    }

    /** Keeps it; nothing else may stand between the answer and this. Returns when the answer came. */
    Instant received(TokenGrant grant) {
      return keep(grant, false);
    }

    /** Keeps what cannot be accepted until it is owed to the provider. */
    void unwanted(List<TokenGrant> grants) {
      grants.forEach(grant -> keep(grant, true));
    }

    /** Whether it survives this process. */
    boolean isKept() {
      return !entries.isEmpty();
    }

    /** It became a connection, or its tokens are owed. */
    void settle() {
      settled = true;
      entries.forEach(journal::settled);
    }

    @Override
    public void close() {
      if (!settled) {
        entries.forEach(journal::left);
      }
    }

    private Instant keep(TokenGrant grant, boolean unwanted) {
      Instant now = clock.instant();
      ConnectAttempt attempt = claim.attempt();
      JournalPlace place = new JournalPlace(JournalPurpose.FINISH, grant.refreshToken() != null, unwanted, attempt.workspace(),
          connection, attempt.id(), integration.id(), integration.provider().slug(), 0, 0, now);
      JournalEntry entry = journal.keep(place, context -> {
        try (SecretBytes plain = new JournaledGrant(attempt.session(), claim.person().id(),
            Objects.requireNonNull(attempt.tokenEndpoint()), attempt.params(), grant).encode()) {
          return sealer.seal(context, plain);
        }
      });
      if (entry != null) {
        entries.add(entry);
      }
      return place.received();
    }
  }

  /** Before the code is sent. */
  Hand hand(Integration integration, FinishClaim.Granted claim, ConnectionId connection, Sealer sealer) {
    return new Hand(integration, claim, connection, sealer);
  }
}
