package dev.authpipe.proxy.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import dev.authpipe.migrations.Store;

/** The rows of one table as text, as an administrator of the database sees them. */
final class StoreText {
  private StoreText() {}

  static String of(ProofDeployment deployment, Store store, String table) {
    StringBuilder text = new StringBuilder();
    try (Connection connection = deployment.stores().superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select t::text from " + table + " t")) {
      while (rows.next()) {
        text.append(rows.getString(1)).append('\n');
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("an administrative statement failed", failure);
    }
    return text.toString();
  }
}
