package dev.authpipe.quickstart.stage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

/**
 * Makes connect flows older than they are. PostgreSQL's own clock dates them, which no demonstration can move on: so all that was dated by it
 * lies further back instead. Changes times alone; what they mean is the proxy's to say.
 */
final class AgedFlows {
  private static final List<String> UPDATES = List.of(
      "update connect_session set created_at = created_at - a.age, expires_at = expires_at - a.age, "
          + "authorized_at = authorized_at - a.age, finished_at = finished_at - a.age from (select ? * interval '1 second' as age) a",
      "update connect_attempt set created_at = created_at - a.age, expires_at = expires_at - a.age, "
          + "taken_at = taken_at - a.age, sent_at = sent_at - a.age from (select ? * interval '1 second' as age) a");

  private AgedFlows() {}

  static void by(Duration age, DataSource vault) {
    try (Connection connection = vault.getConnection()) {
      for (String update : UPDATES) {
        try (PreparedStatement statement = connection.prepareStatement(update)) {
          statement.setLong(1, age.toSeconds());
          statement.executeUpdate();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException("the flows of the demo did not age, SQLSTATE " + failure.getSQLState(), failure);
    }
  }
}
