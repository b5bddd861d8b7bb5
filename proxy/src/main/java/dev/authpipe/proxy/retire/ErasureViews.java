package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.backup.ErasureLedger;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.journal.JournalSettings;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ErasureId;

/** Tells what became of an erasure, or would. Changes nothing. */
@Singleton
final class ErasureViews {
  private final People people;
  private final Connections connections;
  private final CredentialVault vault;
  private final RevocationStore owed;
  private final ErasureStore store;
  private final AccountSharing sharing;
  private final ErasureLedger ledger;
  private final Configuration configuration;
  private final ErasureSettings settings;
  private final Clock clock;

  ErasureViews(People people, Connections connections, CredentialVault vault, RevocationStore owed, ErasureStore store,
      AccountSharing sharing, ErasureLedger ledger, Configuration configuration, ErasureSettings settings, Clock clock) {
    this.people = people;
    this.connections = connections;
    this.vault = vault;
    this.owed = owed;
    this.store = store;
    this.sharing = sharing;
    this.ledger = ledger;
    this.configuration = configuration;
    this.settings = settings;
    this.clock = clock;
  }

  /** What erasing the person would do. */
  ErasureView wouldErase(Tx tx, String identifier) {
    List<ErasureView.ErasedConnection> would = new ArrayList<>();
    for (ConnectionRow row : people.find(tx, identifier).map(EndUser::id).map(person -> connections.byEndUser(tx, person))
        .orElse(List.of())) {
      RevocationState expected = expected(tx, row);
      would.add(erased(line(tx, row), expected));
    }
    Instant now = clock.instant();
    return new ErasureView(null, false, now, null, null, would, horizons(would, now, now));
  }

  /** An erasure as it stands. */
  Optional<ErasureView> view(Tx tx, ErasureId id) {
    return store.find(tx, id.value()).map(row -> {
      List<Revocation> told = owed.ofErasure(tx, row.id());
      List<ErasureView.ErasedConnection> became = row.lines().stream().map(line -> erased(line,
          Retirement.least(told.stream().filter(one -> line.connection().equals(one.connection())).toList()))).toList();
      Instant completed = row.completedAt();
      return new ErasureView(id, row.completed(), row.requestedAt(), completed, ledger.number(tx, row.id()).orElse(null), became,
          horizons(became, row.requestedAt(), completed == null ? clock.instant() : completed));
    });
  }

  /** What the receipt keeps of a connection. */
  ErasureStore.Line line(Tx tx, ConnectionRow row) {
    Instant expires = vault.row(tx, row.id()).map(CredentialRow::accessExpiresAt).orElse(null);
    return new ErasureStore.Line(row.id(), row.integration(), row.provider(), expires);
  }

  private static ErasureView.ErasedConnection erased(ErasureStore.Line line, RevocationState state) {
    return new ErasureView.ErasedConnection(line.connection(), line.integration(), line.provider(), state,
        state == RevocationState.CONFIRMED ? null : line.accessExpiresAt());
  }

  private ErasureView.Horizons horizons(List<ErasureView.ErasedConnection> all, Instant requested, Instant erased) {
    Instant last = null;
    int endless = 0;
    for (ErasureView.ErasedConnection one : all) {
      endless += one.outcome() != RevocationState.CONFIRMED && one.accessExpiresAt() == null ? 1 : 0;
      last = later(last, one.accessExpiresAt());
    }
    return new ErasureView.Horizons(last, endless, requested.plus(JournalSettings.HORIZON), erased.plus(settings.backupsKept()));
  }

  private RevocationState expected(Tx tx, ConnectionRow row) {
    Integration integration = configuration.integration(tx.workspace(), row.integration().toString()).orElse(null);
    RevocationProfile profile = integration == null ? null : integration.provider().revocation();
    if (row.status() == ConnectionStatus.DISCONNECTED) {
      return Retirement.least(owed.ofConnection(tx, row.id()));
    }
    if (profile == null) {
      return RevocationState.NOT_SUPPORTED;
    }
    boolean others = profile.revokes() != RevocationProfile.Revokes.TOKEN && sharing.byOtherPeople(tx, row);
    return others ? RevocationState.NOT_SENT : RevocationState.CONFIRMED;
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }
}
