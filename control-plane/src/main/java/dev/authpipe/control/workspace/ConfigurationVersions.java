package dev.authpipe.control.workspace;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Tx;

/**
 * Counts the changes of what proxies are told about each workspace. Each room that changes a part of it says so in the transaction of
 * the change; the version must never rise without one. Thread-safe.
 */
@Singleton
public final class ConfigurationVersions {

  /** Raises the version of the transaction's workspace; the next change waits until this transaction ends. */
  public void raise(Tx tx) {
    ConfigurationVersionStore.raise(tx);
  }

  /** The version of the transaction's workspace; it only rises. */
  public long of(Tx tx) {
    return ConfigurationVersionStore.of(tx);
  }
}
