package dev.authpipe.proxy.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.github.benmanes.caffeine.cache.Ticker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.cell.CellSettings;
import dev.authpipe.proxy.cell.WorkspaceMoves;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.wire.WorkspaceId;

/** {@code authpipe workspace}: says where workspaces are, and moves one to a database of its own. Needs the owner roles of the stores. */
@Command(name = "workspace", description = "Say in which database workspaces are, and move one to a database of its own.")
final class WorkspaceCommand {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  WorkspaceCommand(Console console) {
    this.console = console;
  }

  @Command(name = "list", description = "List the workspaces and where each is: first, or the name of a cell.")
  int list(@Mixin CommonOptions options) {
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), null)) {
      WorkspaceMoves moves = session.get(WorkspaceMoves.class);
      CellSettings cells = cells(session.get(SettingValues.class));
      List<Map<String, String>> rows = new ArrayList<>();
      List<String> lines = new ArrayList<>();
      for (WorkspaceId one : moves.all()) {
        WorkspaceMoves.Whereabouts at = moves.whereabouts(cells, one);
        String name = at.name();
        if (name == null) {
          continue;
        }
        rows.add(Map.of("id", one.toString(), "name", name, "vault", at.vault(), "client_secrets", at.second(), "copies",
            String.join(" ", at.copies())));
        String left = at.copies().isEmpty()
            ? ""
            : "; a copy is left at " + String.join(", ", at.copies()) + ": move it there, or again to where it is";
        boolean cut = at.vault().contains("/") || !at.vault().equals(at.second());
        lines.add("%-30s  %-20s  %s%s".formatted(one, name, at.vault(),
            cut ? ", client secrets: " + at.second() + "; a move was cut off: begin it again" : left));
      }
      console.result(options.json, Map.of("workspaces", rows), lines.isEmpty() ? List.of("there is no workspace") : lines);
      return 0;
    }
  }

  @Command(name = "move", description = {"Move a workspace to a cell, or back.",
      "It is served all the time but for a moment. Cut off at any point, the same command goes on."})
  int move(@Mixin CommonOptions options, @Parameters(paramLabel = "WORKSPACE", description = "Its name.") String name,
      @Option(names = "--to", required = true, paramLabel = "CELL", description = "A name under cells in the settings, or first.") String to,
      @Option(names = "--patience", paramLabel = "MILLISECONDS", defaultValue = "1500", description = "How long its transactions may wait in one try of the switch; beyond about 2000 calls are refused meanwhile. Usually ${DEFAULT-VALUE}.") int patience) {
    if (patience < 100 || patience > 600_000) {
      throw new StartupException("--patience is 100 to 600000");
    }
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), "workspace.move")) {
      WorkspaceMoves moves = session.get(WorkspaceMoves.class);
      WorkspaceId workspace = moves.find(name).orElseThrow(() -> new StartupException("no workspace is named " + name));
      SettingValues values = session.get(SettingValues.class);
      String place = to.equals(WorkspaceMoves.word(Database.FIRST)) ? Database.FIRST : to;
      if (!Stores.all(values).containsKey(place)) {
        throw new StartupException("no cell is named " + to + "; there are: " + values.cells().keySet());
      }
      MoveNotes notes = new MoveNotes(console, session.get(Ticker.class));
      WorkspaceMoves.Moved moved = moves.move(cells(values), workspace, place, Duration.ofMillis(patience), notes);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("workspace", workspace.toString());
      result.put("place", to);
      result.put("moved", moved.moved());
      result.put("rows", moved.rows());
      result.put("records_opened", moved.records());
      result.put("blocked_ms", moved.blocked().toMillis());
      result.put("rows_deleted", moved.deleted());
      console.result(options.json, result, List.of(moved.moved()
          ? "%s is at %s now: %,d rows are the same there, %,d sealed records opened there; its transactions waited for %,d ms"
              .formatted(name, to, moved.rows(), moved.records(), moved.blocked().toMillis())
          : "%s was at %s already".formatted(name, to),
          "%,d rows were deleted where it is no more".formatted(moved.deleted())));
      return 0;
    }
  }

  @Command(name = "statement", description = {"Print what remains of a deleted workspace, where and until when.",
      "Signed: erasure verify takes it. Needs no owner role."})
  int statement(@Mixin CommonOptions options,
      @Parameters(paramLabel = "ID", description = "wks_…, as the audit log has it.") String id) {
    try (OperatorSession session = OperatorSession.openWhateverIsThere(options.file(), "workspace.statement")) {
      String signed = session.get(DeletionStatement.class).sign(workspaceId(id))
          .orElseThrow(() -> new StartupException("nobody asked for the deletion of " + id));
      console.result(options.json, Map.of("statement", signed), List.of(signed.stripTrailing()));
      return 0;
    }
  }

  private static WorkspaceId workspaceId(String text) {
    try {
      return WorkspaceId.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("the id of a workspace begins with wks_", wrong);
    }
  }

  /** The databases as their owners. */
  private static CellSettings cells(SettingValues values) {
    Map<String, DataSource> vaultOwners = new HashMap<>();
    Map<String, StoreSettings> vault = new HashMap<>();
    Map<String, DataSource> secretOwners = new HashMap<>();
    Map<String, StoreSettings> secrets = new HashMap<>();
    Stores.all(values).forEach((place, of) -> {
      vaultOwners.put(place, Stores.owner(of, Settings.VAULT));
      vault.put(place, ProxyBeans.store(of, Settings.VAULT));
      secretOwners.put(place, Stores.owner(of, Settings.CLIENT_SECRETS));
      secrets.put(place, ProxyBeans.store(of, Settings.CLIENT_SECRETS));
    });
    return new CellSettings(vaultOwners, vault, secretOwners, secrets);
  }
}
