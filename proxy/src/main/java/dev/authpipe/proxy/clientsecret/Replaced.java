package dev.authpipe.proxy.clientsecret;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;

/**
 * What a transaction did that set a client secret.
 *
 * @param version     of the one that was set
 * @param keptUntil   until when the one before is tried as well; null: there is none
 * @param gone        version of a secret that was kept until then and is erased now; null: none was
 */
record Replaced(long version, @Nullable Instant keptUntil, @Nullable Long gone) {

  /** Records it in the same transaction. */
  @FunctionalInterface
  interface Recorder {
    void record(Tx tx, Replaced what);
  }
}
