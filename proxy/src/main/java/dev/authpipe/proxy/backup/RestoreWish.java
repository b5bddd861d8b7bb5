package dev.authpipe.proxy.backup;

import org.jspecify.annotations.Nullable;

/**
 * How a store is to be restored.
 *
 * @param kek      by the operator's name, where it has another name now than in the file; null: that of the file
 * @param replace  whether what is in the database may go
 * @param journals whether every rescue journal of the time before will be read
 * @param epoch    the new epoch of the logs; null: the next one that is known
 * @param all      whether the store has no cells, so that its logs are those of this database
 */
public record RestoreWish(@Nullable String kek, boolean replace, boolean journals, @Nullable Integer epoch, boolean all) {}
