package dev.authpipe.proxy.proof;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.ops.ProxyOptions;
import dev.authpipe.proxy.ops.ProxyServer;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Two proxies with a cell named {@value #CELL} beside the first databases, and the operator's command. Nothing is in the cell yet. */
final class CellStage implements AutoCloseable {
  static final String CELL = "eu-2";
  static final List<Store> STORES = List.of(Store.VAULT, Store.CLIENT_SECRETS);

  final ProofDeployment deployment;
  final EmbeddedDatabases.StoreSet cell = EmbeddedDatabases.shared().create();
  final ContractClient application;
  final ContractClient stranger;
  final ProxyAddresses addresses;
  private final List<ProxyServer> servers = new ArrayList<>();
  final Path settings;
  private final List<Path> files;

  /** What a command answered. */
  record Ran(int code, String out, String err) {}

  CellStage() {
    deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "cells: {%s: cell.yaml}\n".formatted(CELL),
        UnaryOperator.identity(),
        ProofDeployment.Extras.NONE);
    write("cell.yaml", UnaryOperator.identity());
    settings = deployment.settings();
    files = List.of(settings, deployment.settings());
    startProxies();
    ProxyServer first = servers.getFirst();
    addresses = new ProxyAddresses(first.api(), first.connect(), first.management());
    application = caller(ProofDeployment.OWN);
    stranger = caller(ProofDeployment.FOREIGN);
  }

  /** Starts both where they were. */
  void startProxies() {
    files.forEach(
        file -> servers.add(ProxyServer.start(file, new ProxyOptions(deployment.standIns(), null, null, Map.of()))));
  }

  void stopProxies() {
    servers.forEach(ProxyServer::close);
    servers.clear();
  }

  private ContractClient caller(String workspace) {
    String apiKey = new ApiKeyFactory(settings).create(workspace, ApiKeyFactory.ALL_SCOPES, Stream.empty());
    ContractClient caller = new ContractClient(addresses.api(), apiKey);
    deployment.register(workspace, caller.send("GET", "/v1/integrations").expect(200).json().path("data"), addresses.connect());
    return caller;
  }

  /** The same caller at the second proxy. */
  ContractClient second(ContractClient caller) {
    return caller.at(servers.getLast().api());
  }

  private void write(String name, UnaryOperator<String> jdbcUrl) {
    String text = "stores:\n";
    for (Store store : STORES) {
      text += "  %s: {url: \"%s\", password: {file: postgres}, owner_password: {file: postgres}}\n".formatted(
          store.databaseName(),
          jdbcUrl.apply(cell.jdbcUrl(store)));
    }
    try {
      Files.writeString(deployment.directory().resolve(name), text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A settings file of the operator's, who has the owners' passwords. */
  Path operator(UnaryOperator<String> jdbcUrl) {
    try {
      Path file = deployment.settings();
      String text = Files.readString(file)
          .replace("password: {file: postgres}}", "password: {file: postgres}, owner_password: {file: postgres}}")
          .replace("cell.yaml", "cell-operator.yaml");
      for (Store store : STORES) {
        text = text.replace(deployment.stores().jdbcUrl(store), jdbcUrl.apply(deployment.stores().jdbcUrl(store)));
      }
      write("cell-operator.yaml", jdbcUrl);
      return Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The operator moves the workspace. */
  Ran move(String to) {
    return run("workspace", "move", ProofDeployment.OWN, "--to", to, "--config", operator(UnaryOperator.identity()).toString());
  }

  /** The operator runs a command. */
  static Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), arguments);
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The id of the moved workspace. */
  String workspace() {
    return column(deployment.stores(), Store.VAULT, "select workspace_id::text from workspace where name = 'acme'"
        + " union select workspace_id::text from moved_workspace").getFirst();
  }

  /** How many rows of the workspace each tenant table of a set has, without those that have none. */
  Map<String, Long> rows(EmbeddedDatabases.StoreSet set, String workspace) {
    Map<String, Long> rows = new TreeMap<>();
    for (Store store : STORES) {
      for (String table : column(set, store,
          "select c.table_name from information_schema.columns c join information_schema.tables t"
              + " using (table_schema, table_name) where c.table_schema = 'public' and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE'"
              + " and c.table_name not in ('outbox', 'moved_workspace')")) {
        long count = Long.parseLong(
            column(set, store, "select count(*) from " + table + " where workspace_id = '" + workspace + "'").getFirst());
        if (count > 0) {
          rows.put(store.databaseName() + "." + table, count);
        }
      }
    }
    return rows;
  }

  static List<String> column(EmbeddedDatabases.StoreSet set, Store store, String sql) {
    try (Connection connection = set.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static void execute(EmbeddedDatabases.StoreSet set, Store store, String sql) {
    try (Connection connection = set.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A new person's connection. */
  String connected(ContractClient caller, String person) {
    try (ConnectFlow flow = new ConnectFlow(caller, addresses.connect(), person)) {
      return flow.connect("sandbox");
    }
  }

  @Override
  public void close() {
    servers.forEach(ProxyServer::close);
    deployment.close();
    cell.close();
  }
}
