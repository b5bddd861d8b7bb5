package dev.authpipe.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

import javax.sql.DataSource;

/**
 * Creates a store's database and roles on a PostgreSQL server where the caller is superuser: the embedded server of development, the
 * demo and the tests. Must never be pointed at a production server, where the operator runs the documented statements instead.
 */
public final class Provisioning {
  private Provisioning() {}

  /**
   * Creates the owner, application, backup and look-up roles and an empty database.
   *
   * @param superuser connections to any database of the server as superuser
   * @param database  name of the database to create, normally {@link Store#databaseName()}
   * @param password  password of the roles with a login; development only, at most 64 letters and digits
   */
  public static void create(Store store, DataSource superuser, String database, String password) throws SQLException {
    requirePlain(database);
    requirePlain(password);
    try (Connection connection = superuser.getConnection(); Statement statement = connection.createStatement()) {
      role(statement, store.ownerRole(), "login password '" + password + "'");
      role(statement, store.applicationRole(), "login password '" + password + "'");
      if (store.hasBackups()) {
        role(statement, store.backupRole(), "login password '" + password + "'");
      }
      if (store.hasLookups()) {
        role(statement, store.lookupRole(), "nologin");
        statement.execute("grant " + store.lookupRole() + " to " + store.ownerRole() + " with set true, inherit false");
      }
      statement.execute("create database " + database + " owner " + store.ownerRole() + " encoding 'UTF8'");
      statement.execute("revoke all on database " + database + " from public");
      letIn(statement, store, database);
    }
  }

  /** Lets the roles of the store that are not its owner connect to a database of it. */
  public static void letIn(Statement statement, Store store, String database) throws SQLException {
    requirePlain(database);
    statement.execute("grant connect on database " + database + " to " + store.applicationRole());
    if (store.hasBackups()) {
      statement.execute("grant connect on database " + database + " to " + store.backupRole());
    }
  }

  private static void role(Statement statement, String role, String options) throws SQLException {
    statement.execute(String.format(Locale.ROOT, """
        do $$ begin
          create role %s with nosuperuser nocreatedb nocreaterole noreplication nobypassrls %s;
        exception when duplicate_object then null;
        end $$""", role, options));
  }

  private static void requirePlain(String text) {
    if (!text.matches("[A-Za-z0-9_]{1,64}")) {
      throw new IllegalArgumentException("database names and development passwords are 1 to 64 letters, digits and underscores");
    }
  }
}
