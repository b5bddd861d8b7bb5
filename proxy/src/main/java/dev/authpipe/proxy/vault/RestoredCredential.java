package dev.authpipe.proxy.vault;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a credential that came back from a backup (docs/backup-format.md, section 5). Never a secret.
 *
 * @param generation  the value that it is about; a later one is not of the backup
 * @param live        whether there was a value in the backup
 * @param asOf        when the value was the newest for certain: the moment of the snapshot, or when a journal's answer was received
 * @param restoredAt  when the store came back
 * @param recovered   whether the value is that of a rescue journal
 * @param journals    whether all rescue journals will be read, so that the newest recovered answer is the newest there is
 * @param waitsFrom   since when other journals are waited for; null: nobody wanted it yet
 * @param now         the database's time
 */
public record RestoredCredential(long generation, boolean live, Instant asOf, Instant restoredAt, boolean recovered,
    boolean journals, @Nullable Instant waitsFrom, Instant now) {}
