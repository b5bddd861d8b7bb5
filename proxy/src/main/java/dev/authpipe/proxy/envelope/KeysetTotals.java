package dev.authpipe.proxy.envelope;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The keysets of one store that are in one state, over all workspaces.
 *
 * @param state   the word of docs/crypto-format.md
 * @param keysets how many
 * @param records how many sealed records named one of them when they were counted last
 * @param oldest  since when the oldest seals, only opens, or is replaced
 */
public record KeysetTotals(String state, long keysets, long records, @Nullable Instant oldest) {}
