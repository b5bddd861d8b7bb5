package dev.authpipe.proxy.cell;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.SealedRows;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.WorkspaceId;

/**
 * Moves workspaces between the first database and cells (docs/cells.md). The workspace is served all the time but for the switch, and a move that
 * was cut off at any point is begun again with the same words. Must never let two databases serve one workspace.
 */
@Singleton
public final class WorkspaceMoves {
  private static final int MOST_SWITCHES = 10;

  private final VaultDatabase vault;
  private final EnvelopeSettings envelopeSettings;
  private final KekRegistry keks;
  private final DeploymentKeys deploymentKeys;
  private final Ticker ticker;
  private final Randomness randomness;
  private final List<SealedRows> rows;
  private final AuditLog audit;

  WorkspaceMoves(VaultDatabase vault, EnvelopeSettings envelopeSettings, KekRegistry keks, DeploymentKeys deploymentKeys,
      Ticker ticker, Randomness randomness, List<SealedRows> rows, AuditLog audit) {
    this.vault = vault;
    this.envelopeSettings = envelopeSettings;
    this.keks = keks;
    this.deploymentKeys = deploymentKeys;
    this.ticker = ticker;
    this.randomness = randomness;
    this.rows = List.copyOf(rows);
    this.audit = audit;
  }

  /**
   * What became of a move.
   *
   * @param moved   false: it was there already
   * @param rows    how many rows are there now, in both stores
   * @param records how many sealed records were opened there
   * @param blocked for how long transactions of the workspace waited
   * @param deleted how many rows were deleted where it was before
   */
  public record Moved(boolean moved, long rows, long records, Duration blocked, long deleted) {}

  /**
   * Where a workspace is; a place with a slash in it: a switch between two was cut off.
   *
   * @param name   how it is called; null: it was deleted
   * @param vault  its place in the vault
   * @param second its place in the store of client secrets
   * @param copies places where rows of it are left that nobody uses
   */
  public record Whereabouts(@Nullable String name, String vault, String second, List<String> copies) {
    public Whereabouts {
      copies = List.copyOf(copies);
    }
  }

  /**
   * Moves a workspace, or finishes a move that was cut off.
   *
   * @param to       the name of a cell, or {@link Database#FIRST}
   * @param patience how long transactions of the workspace may wait in one try of the switch
   * @throws MoveException with a sentence, if it cannot be moved now; it is served where it was
   */
  public Moved move(CellSettings settings, WorkspaceId workspace, String to, Duration patience, MoveProgress progress) {
    try (Connection guard = settings.vault().owner(Database.FIRST).getConnection()) {
      if (!alone(guard, workspace)) {
        throw new MoveException("another move of this workspace is under way");
      }
      return moving(settings, workspace, to, patience, progress);
    } catch (IntegrityException changed) {
      throw new MoveException("a sealed record of the copy does not open where it stands; the workspace is served where it was",
          changed);
    } catch (KeyUnavailableException refused) {
      throw new MoveException("the KEK does not unwrap the workspace's keyset now; the workspace is served where it was",
          refused);
    } catch (SQLException failure) {
      throw new MoveException("a database did not do its part (SQLSTATE " + failure.getSQLState()
          + "); begin the move again with the same words", failure);
    }
  }

  /** The workspace of a name, wherever it is. */
  public Optional<WorkspaceId> find(String name) {
    return vault.findAnywhere(dsl -> dsl.fetchOptional("select workspace_id from find_workspace({0})", DSL.val(name))
        .map(row -> new WorkspaceId(row.get(0, UUID.class))));
  }

  /** All workspaces that there are, deleted ones too. */
  public List<WorkspaceId> all() {
    return vault
        .listAll(
            dsl -> dsl.fetch("select workspace_id from list_workspaces()").map(row -> new WorkspaceId(row.get(0, UUID.class))))
        .stream().sorted(Comparator.comparing(WorkspaceId::toString)).toList();
  }

  /** Where a workspace is. */
  public Whereabouts whereabouts(CellSettings settings, WorkspaceId workspace) {
    try {
      Places.Place place = Places.of(settings.vault(), workspace);
      return new Whereabouts(Places.name(settings.vault(), place, workspace), named(place),
          named(Places.of(settings.clientSecrets(), workspace)), copies(settings, workspace));
    } catch (SQLException failure) {
      throw new MoveException("a database does not answer (SQLSTATE " + failure.getSQLState() + ")", failure);
    }
  }

  private static List<String> copies(CellSettings settings, WorkspaceId workspace) throws SQLException {
    Set<String> copies = new TreeSet<>();
    for (Databases databases : List.of(settings.vault(), settings.clientSecrets())) {
      for (String place : databases.owners().keySet()) {
        if (Places.hasCopy(databases, place, workspace)) {
          copies.add(word(place));
        }
      }
    }
    return List.copyOf(copies);
  }

  private static String named(Places.Place place) {
    return word(place.at()) + (place.other() == null ? "" : "/" + word(place.other()));
  }

  /** How a place is called. */
  public static String word(String place) {
    return place.equals(Database.FIRST) ? "first" : place;
  }

  /** One move of a workspace at a time: a lock that the guard's connection holds until it is closed. */
  private static boolean alone(Connection guard, WorkspaceId workspace) throws SQLException {
    try (PreparedStatement statement = guard
        .prepareStatement("select pg_try_advisory_lock(hashtextextended('authpipe.move.' || ?, 0))")) {
      statement.setString(1, workspace.value().toString());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private Moved moving(CellSettings settings, WorkspaceId workspace, String to, Duration patience, MoveProgress progress)
      throws SQLException {
    List<StoreMove> moves = new ArrayList<>();
    try {
      StoreMove second = opened(settings.clientSecrets(), false, workspace, to, progress);
      if (second != null) {
        moves.add(second);
      }
      StoreMove first = opened(settings.vault(), true, workspace, to, progress);
      if (first != null) {
        moves.add(first);
        if (!first.isCutOff()) {
          started(workspace, to);
        }
      }
      Duration blocked = Duration.ZERO;
      long rows = 0;
      long records = 0;
      if (!moves.isEmpty()) {
        for (StoreMove one : moves) {
          one.prepare();
        }
        blocked = switched(moves, workspace, to, patience, progress);
        for (StoreMove one : moves) {
          rows += one.rows();
          records += one.opened();
        }
      }
      long deleted = StoreMove.clean(settings.vault(), workspace, to, progress)
          + StoreMove.clean(settings.clientSecrets(), workspace, to, progress);
      return new Moved(!moves.isEmpty(), rows, records, blocked, deleted);
    } finally {
      for (StoreMove one : moves) {
        one.close();
      }
    }
  }

  private @Nullable StoreMove opened(Databases databases, boolean ofVault, WorkspaceId workspace, String to,
      MoveProgress progress) throws SQLException {
    databases.owner(to);
    Places.Place present = Places.of(databases, workspace);
    String other = present.other();
    if (other == null && present.at().equals(to)) {
      return null;
    }
    if (other != null && !to.equals(present.at()) && !to.equals(other)) {
      throw new MoveException("a move between " + word(present.at()) + " and " + word(other)
          + " was cut off at its end; begin it again to one of the two first");
    }
    StoreSettings settings = Objects.requireNonNull(databases.settings().get(to));
    Database copy = ofVault ? VaultDatabase.unrouted(settings) : ClientSecretsDatabase.unrouted(settings);
    Envelopes envelopes = copy instanceof VaultDatabase some
        ? Envelopes.ofVault(envelopeSettings, some, keks, deploymentKeys, ticker, randomness)
        : Envelopes.ofClientSecrets(envelopeSettings, (ClientSecretsDatabase) copy, keks, deploymentKeys, ticker, randomness);
    return new StoreMove(databases, copy.name(), workspace, present, to, new Opening(copy, envelopes, rows, workspace, progress),
        progress, ticker);
  }

  private void started(WorkspaceId workspace, String to) {
    vault.run(workspace, tx -> audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_MOVE_STARTED, AuditActor.operator(),
        AuditObject.workspace(workspace)).detail(AuditDetail.CELL, word(to)).build()));
  }

  /** Switches both stores while no transaction of the workspace is open; answers for how long that was. */
  private Duration switched(List<StoreMove> moves, WorkspaceId workspace, String to, Duration patience, MoveProgress progress)
      throws SQLException {
    for (int i = 0; i < MOST_SWITCHES; i++) {
      progress.switching();
      long begun = ticker.read();
      try {
        if (ready(moves, begun, patience)) {
          for (StoreMove one : moves) {
            if (one.store().equals("vault")) {
              moved(workspace, to, one);
            }
            one.commit();
          }
          return Duration.ofNanos(ticker.read() - begun);
        }
      } finally {
        for (StoreMove one : moves) {
          one.release();
        }
      }
      for (StoreMove one : moves) {
        one.prepare();
      }
    }
    throw new MoveException("the last of the copy could not be made and compared within " + patience.toMillis()
        + " ms; the workspace is served where it was and the copy is kept: begin again at a quieter time, or with a longer --patience");
  }

  private boolean ready(List<StoreMove> moves, long begun, Duration patience) throws SQLException {
    for (StoreMove one : moves) {
      if (!one.block(left(begun, patience))) {
        return false;
      }
    }
    for (StoreMove one : moves) {
      if (!one.finish(left(begun, patience))) {
        return false;
      }
    }
    return true;
  }

  /** What is left of the patience; never nothing, which PostgreSQL would take for no limit. */
  private Duration left(long begun, Duration patience) {
    return Duration.ofMillis(Math.max(1, patience.toMillis() - Duration.ofNanos(ticker.read() - begun).toMillis()));
  }

  /** The event is the first that the copy has alone: it counts from the moment that the copy does. */
  private void moved(WorkspaceId workspace, String to, StoreMove one) {
    long rows = one.rows();
    long records = one.opened();
    vault.at(to, workspace, tx -> {
      audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_MOVED, AuditActor.operator(), AuditObject.workspace(workspace))
          .detail(AuditDetail.CELL, word(to)).detail(AuditDetail.ROWS, rows).detail(AuditDetail.RECORDS, records).build());
      return Boolean.TRUE;
    });
  }
}
