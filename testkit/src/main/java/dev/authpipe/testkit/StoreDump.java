package dev.authpipe.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.postgresql.PGConnection;

/** What somebody with the superuser's or the operating system's rights sees of a store, for searches. */
public final class StoreDump {
  private StoreDump() {}

  /** Every row of every table; {@code bytea} stands there in hexadecimal. */
  public static byte[] rows(DataSource superuser) {
    ByteArrayOutputStream dump = new ByteArrayOutputStream();
    try (Connection connection = superuser.getConnection(); Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet found = statement.executeQuery(
          """
              select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
              """)) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
      for (String table : tables) {
        connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy " + table + " to stdout", dump);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the store could not be dumped", failure);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return dump.toByteArray();
  }

  /** Writes everything to the files and returns the directory of this database. */
  public static Path databaseDirectory(DataSource superuser) {
    return directory(superuser, """
        select current_setting('data_directory') || '/base/' || oid from pg_database where datname = current_database()
        """);
  }

  /** Writes everything to the files and returns the directory of the write-ahead log. */
  public static Path writeAheadLog(DataSource superuser) {
    return directory(superuser, "select current_setting('data_directory') || '/pg_wal'");
  }

  private static Path directory(DataSource superuser, String query) {
    try (Connection connection = superuser.getConnection(); Statement statement = connection.createStatement()) {
      statement.execute("checkpoint");
      try (ResultSet found = statement.executeQuery(query)) {
        found.next();
        return Path.of(found.getString(1));
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the store's directory is unknown", failure);
    }
  }
}
