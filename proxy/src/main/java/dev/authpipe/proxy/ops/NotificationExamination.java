package dev.authpipe.proxy.ops;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.DirectConnection;

/** Looks whether changes are heard of: whether the connection for LISTEN leads to PostgreSQL itself. Never writes, and never listens. */
final class NotificationExamination {
  private NotificationExamination() {}

  /** Both stores, in each of their databases. */
  static List<Finding> of(SettingValues values) {
    List<Finding> findings = new ArrayList<>();
    Stores.all(values).forEach((place, of) -> {
      for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
        Settings.StoreKeys keys = store == Store.VAULT ? Settings.VAULT : Settings.CLIENT_SECRETS;
        if (of.find(keys.url).isPresent()) {
          findings.add(one(Stores.where(place) + store.databaseName() + ": ", of, keys));
        }
      }
    });
    return findings;
  }

  private static Finding one(String where, SettingValues values, Settings.StoreKeys keys) {
    String key = values.find(keys.notificationUrl).isPresent() ? keys.notificationUrl.key() : keys.url.key();
    try (Connection connection = Stores.notifying(values, keys)) {
      return DirectConnection.is(connection)
          ? Finding.ok(Check.STORE_NOTIFICATIONS, where + "changes are heard of by a direct connection")
          : Finding.failed(Check.STORE_NOTIFICATIONS, where + "changes are not heard of, for " + key
              + " leads through a pooler: each row is read again after 5 seconds, and a revocation is seen that late by other replicas",
              "set " + keys.notificationUrl.key() + " to the address of PostgreSQL itself");
    } catch (SQLException away) {
      return Finding.failed(Check.STORE_NOTIFICATIONS,
          where + "nobody answers " + values.get(keys.user) + " at " + key + " (SQLSTATE "
              + away.getSQLState() + "), so changes are not heard of");
    }
  }
}
