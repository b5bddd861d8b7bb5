package dev.authpipe.control.witness;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a log of a data plane.
 *
 * @param origin      names the log
 * @param size        how many events it had
 * @param epoch       how often it was restored
 * @param note        the signed checkpoint, for {@code bin/authpipe audit verify}
 * @param witnessedAt since when it is known
 * @param refusedNote the last one that did not continue it: with the other, evidence of a fork
 * @param refusedAt   when that came
 */
@Introspected
@Schema(name = "WitnessedCheckpoint")
record WitnessedView(String origin, long size, int epoch, String note, Instant witnessedAt, @Nullable String refusedNote,
    @Nullable Instant refusedAt) {}
