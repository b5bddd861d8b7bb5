package dev.authpipe.sdk.value;

import java.util.List;

/**
 * Everything that is held about one person, for them to have. Secrets appear as masked prefixes only.
 *
 * @param endUser     who, as it was given
 * @param connections what they ever connected and is still held
 * @param document    the whole export as JSON, byte for byte
 */
public record ExportedEndUser(EndUser endUser, List<ExportedConnection> connections, String document) {

  /** Copies. */
  public ExportedEndUser {
    connections = List.copyOf(connections);
  }

  /** Names nobody: an export is about a person, and a log is not for that. */
  @Override
  public String toString() {
    return "ExportedEndUser[" + connections.size() + " connections]";
  }
}
