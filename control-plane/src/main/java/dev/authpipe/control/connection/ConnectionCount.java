package dev.authpipe.control.connection;

import io.micronaut.core.annotation.Introspected;

/**
 * How many connections are alike.
 *
 * @param integration {@code int_…}
 * @param status      {@code active}, {@code disconnected} or {@code purged}
 * @param state       how their credentials are
 * @param connections how many
 */
@Introspected
record ConnectionCount(String integration, String status, String state, int connections) {}
