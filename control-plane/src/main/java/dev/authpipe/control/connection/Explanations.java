package dev.authpipe.control.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.core.annotation.Introspected;
import jakarta.inject.Singleton;

/**
 * Says in plain words what the state of a connection means and what to do about it, from {@code explanations.json} beside this class. Never
 * repeats the words of a provider. Immutable.
 */
@Singleton
final class Explanations {
  private final Table table;

  /**
   * The data file.
   *
   * @param statuses what a status says that decides over the state
   * @param states   what a state means, and what to do
   * @param reasons  what a registered code adds
   * @param unknown  for a code that this version does not know
   */
  @Introspected
  record Table(Map<String, Words> statuses, Map<String, Words> states, Map<String, String> reasons, String unknown) {}

  /**
   * An explanation.
   *
   * @param meaning what happened
   * @param action  what to do about it, and who
   */
  @Introspected
  record Words(String meaning, String action) {}

  /** Reads the data file. */
  Explanations() {
    try (InputStream file = Explanations.class.getResourceAsStream("explanations.json")) {
      this.table = new ObjectMapper().readValue(file, Table.class);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  Table table() {
    return table;
  }

  /** The explanation of a connection. */
  Words of(Connection connection) {
    Words words = table.statuses.getOrDefault(connection.status(), table.states.get(connection.state()));
    if (words == null) {
      throw new IllegalStateException("a state without words");
    }
    String meaning = words.meaning;
    if (connection.reason() != null) {
      meaning += " " + table.reasons.getOrDefault(connection.reason(), table.unknown);
    }
    if (connection.scopesMissing() > 0 && connection.status().equals("active")) {
      meaning += " The end user granted less than was asked for: " + connection.scopesMissing()
          + (connection.scopesMissing() == 1 ? " scope is missing." : " scopes are missing.");
    }
    return new Words(meaning, words.action);
  }
}
