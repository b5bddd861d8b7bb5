package dev.authpipe.control.witness;

import java.util.List;

import io.micronaut.core.annotation.Introspected;

/**
 * The logs of a data plane.
 *
 * @param data by origin, at most 1,000
 */
@Introspected
record WitnessedList(List<WitnessedView> data) {}
