package dev.authpipe.proxy.cell;

import java.util.Map;

import javax.sql.DataSource;

import dev.authpipe.proxy.db.StoreSettings;

/**
 * The databases of one store by place, the first by the empty name.
 *
 * @param owners   each as its owner role, past any pooler
 * @param settings each as the application role
 */
record Databases(Map<String, DataSource> owners, Map<String, StoreSettings> settings) {
  Databases {
    owners = Map.copyOf(owners);
    settings = Map.copyOf(settings);
  }

  DataSource owner(String place) {
    DataSource owner = owners.get(place);
    if (owner == null) {
      throw new MoveException("the cell " + place + " is not in the settings");
    }
    return owner;
  }
}
