package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A change of an API key that allows less than before; what is left out stays.
 *
 * @param scopes         some of those it has
 * @param integrations   ids or slugs of some of those it may use
 * @param callsPerMinute a cap that is not higher
 * @param callsPerMonth  a cap that is not higher
 * @param expiresAt      an end that is not later
 * @param disabled       whether it is out of use; taking that back waits for the proxy's operator
 */
@Introspected
@Schema(name = "ApiKeyNarrowing")
record NarrowingBody(@Nullable List<String> scopes, @Nullable List<String> integrations, @Nullable Integer callsPerMinute,
    @Nullable Long callsPerMonth, @Nullable Instant expiresAt, @Nullable Boolean disabled) implements TermsBody {}
