package dev.authpipe.proxy.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.authpipe.migrations.Store;

/** What an administrator of the database, or an attacker with their rights, does behind the proxy's back. */
final class Behind {
  private Behind() {}

  static void execute(ProxyFixture proxy, Store store, String sql) {
    execute(proxy.deployment(), store, sql);
  }

  static void execute(ProofDeployment deployment, Store store, String sql) {
    try (Connection connection = deployment.stores().superuser(store).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException("an administrative statement failed", failure);
    }
  }

  /** The first column of the first row. */
  static String text(ProofDeployment deployment, Store store, String sql) {
    try (Connection connection = deployment.stores().superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    } catch (SQLException failure) {
      throw new IllegalStateException("an administrative query failed", failure);
    }
  }
}
