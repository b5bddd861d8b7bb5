package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.caller.ApiKeyRequest;
import dev.authpipe.proxy.caller.ApiKeys;
import dev.authpipe.proxy.caller.NewApiKey;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.link.Commands;
import dev.authpipe.wire.Feed;

/**
 * {@code authpipe approve}: lists what the control plane wants and this proxy does not do by itself, and approves or refuses it. Nothing is
 * approved that was not shown.
 */
@Command(name = "approve", description = "List, approve or refuse what the control plane wants.")
final class ApproveCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "CHANGE", description = "chg_… or cmd_…; without it everything that waits is listed.")
  @Nullable
  String change;

  @Option(names = "--all", description = "Approve every change that waits; commands are approved one by one.")
  boolean all;

  @Option(names = "--logo", paramLabel = "FILE", description = "Write the picture that the change would show to a new file, and approve nothing.")
  @Nullable
  Path logo;

  @Option(names = "--refuse", description = "Refuse instead.")
  boolean refuse;

  ApproveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (OperatorSession session = OperatorSession.open(common.file(), refuse ? "approve.refuse" : "approve")) {
      Approvals approvals = session.get(Approvals.class);
      List<Approvals.Waiting> changes = approvals.list();
      List<Commands.Waiting> commands = session.get(Commands.class).waiting();
      String wanted = change;
      if (logo != null && (wanted == null || all || refuse)) {
        throw new StartupException("--logo goes with the id of one change, and with nothing else");
      }
      if (wanted == null && !all) {
        list(session, changes, commands);
        return 0;
      }
      for (Commands.Waiting one : commands) {
        if (one.id().toString().equals(wanted) && logo == null) {
          return command(session, one);
        }
      }
      List<Approvals.Waiting> chosen = changes.stream().filter(c -> all || c.proposal().id().toString().equals(wanted)).toList();
      if (chosen.isEmpty() && !all) {
        throw new StartupException("nothing waits under " + wanted + "; authpipe approve lists what does");
      }
      Path file = logo;
      return file == null ? changes(session, chosen) : save(file, chosen);
    }
  }

  private int save(Path file, List<Approvals.Waiting> chosen) throws IOException {
    byte[] picture = chosen.stream().flatMap(one -> ApprovalWords.logo(one).stream()).findFirst()
        .orElseThrow(() -> new StartupException("the change has no logo"));
    Files.write(file, picture, StandardOpenOption.CREATE_NEW);
    console.result(common.json, Map.of("logo", file.toString(), "bytes", picture.length),
        List.of(file + ": " + picture.length + " bytes; nothing was approved"));
    return 0;
  }

  private int changes(OperatorSession session, List<Approvals.Waiting> chosen) {
    Approvals approvals = session.get(Approvals.class);
    List<Map<String, Object>> results = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    boolean failed = false;
    for (Approvals.Waiting one : chosen) {
      Map<String, Object> result = ApprovalWords.tree(one);
      try {
        List<NewApiKey> made = new ArrayList<>();
        boolean done = refuse ? approvals.refuse(one.proposal()) : approve(session, one, made);
        result.put("status", done ? (refuse ? "refused" : "approved") : "gone");
        lines.add(result.get("status") + ": " + ApprovalWords.sentence(one));
        for (NewApiKey key : made) {
          result.put("api_key", key.apiKey().expose());
          lines.add(key.apiKey().expose());
          console.note("API key " + key.view().id() + "; it is not shown again.");
        }
      } catch (ConfigurationException wrong) {
        failed = true;
        result.put("status", "failed");
        result.put("error", Objects.toString(wrong.getMessage()));
        lines.add("not approved: " + ApprovalWords.sentence(one) + ": " + wrong.getMessage());
      }
      results.add(result);
    }
    console.result(common.json, Map.of("data", results), lines);
    return failed ? 1 : 0;
  }

  private static boolean approve(OperatorSession session, Approvals.Waiting one, List<NewApiKey> made) {
    ApiKeys keys = session.get(ApiKeys.class);
    session.get(Approvals.class).approve(one.proposal(), (tx, request) -> made.add(make(keys, tx, request)));
    return true;
  }

  private static NewApiKey make(ApiKeys keys, Tx tx, Feed.ApiKeyRequest wanted) {
    Set<Scope> scopes = new LinkedHashSet<>();
    for (String word : wanted.scopes()) {
      scopes.add(Scope.of(word).orElseThrow(() -> new ConfigurationException("no scope is called " + word)));
    }
    if (wanted.integrations() != null && wanted.integrations().isEmpty()) {
      throw new ConfigurationException("a key for no integration at all would be a key for all of them; it is not made");
    }
    try {
      return keys.create(tx, new ApiKeyRequest(wanted.name(), scopes,
          wanted.integrations() == null ? Set.of() : Set.copyOf(wanted.integrations()), List.of(),
          Boolean.TRUE.equals(wanted.requireEndUser()), wanted.callsPerMinute(), wanted.callsPerMonth(), wanted.expiresAt()),
          AuditActor.operator(), wanted.id());
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException("the key cannot be made: " + wrong.getMessage(), wrong);
    }
  }

  private int command(OperatorSession session, Commands.Waiting one) throws IOException {
    Commands commands = session.get(Commands.class);
    if (refuse) {
      boolean refused = commands.refuse(one);
      console.result(common.json, Map.of("id", one.id().toString(), "status", refused ? "refused" : "gone"),
          List.of(refused ? "refused" : "it does not wait any more"));
      return 0;
    }
    String name = name(session, one);
    console.note(ApprovalWords.sentence(one, name) + ". Type the name of the workspace to carry it out:");
    if (!console.readLine().equals(name)) {
      throw new StartupException("that is not the name of the workspace; nothing was done");
    }
    commands.approve(one);
    console.result(common.json, Map.of("id", one.id().toString(), "status", "approved"), List.of("carried out"));
    return 0;
  }

  private static String name(OperatorSession session, Commands.Waiting one) {
    return session.get(Configuration.class).workspace(one.workspace()).map(Workspace::name)
        .orElseGet(() -> one.workspace().toString());
  }

  private void list(OperatorSession session, List<Approvals.Waiting> changes, List<Commands.Waiting> commands) {
    List<String> lines = new ArrayList<>();
    List<Map<String, Object>> data = new ArrayList<>();
    changes.forEach(one -> {
      data.add(ApprovalWords.tree(one));
      lines.add(one.proposal().id() + "  " + ApprovalWords.sentence(one));
    });
    for (Commands.Waiting one : commands) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("id", one.id().toString());
      tree.put("workspace", one.workspace().toString());
      tree.put("kind", one.kind());
      tree.put("target", one.target());
      tree.put("connections", one.connections());
      tree.put("expires_at", one.expiresAt().toString());
      data.add(tree);
      lines.add(one.id() + "  " + ApprovalWords.sentence(one, name(session, one)));
    }
    long beyond = session.get(Approvals.class).beyond();
    if (beyond > 0) {
      lines.add(beyond + " more proposals were not kept: too many wait");
    }
    console.result(common.json, Map.of("data", data, "not_kept", beyond), lines.isEmpty() ? List.of("nothing waits") : lines);
  }
}
