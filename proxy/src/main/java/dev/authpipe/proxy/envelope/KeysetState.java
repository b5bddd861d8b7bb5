package dev.authpipe.proxy.envelope;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Where a keyset stands in its rotation.
 *
 * @param version its number in the workspace
 * @param state   the word of docs/crypto-format.md
 * @param ripe    whether every process has seen that state by the database's clock
 * @param command of the control plane that asked for it, or null
 */
public record KeysetState(int version, String state, boolean ripe, @Nullable UUID command) {
  /** Whether it opens and does not seal yet. */
  public boolean opensOnly() {
    return state.equals("opens_only");
  }

  /** Whether it seals. */
  public boolean active() {
    return state.equals("active");
  }

  /** Whether it opens what it sealed before. */
  public boolean decryptOnly() {
    return state.equals("decrypt_only");
  }
}
