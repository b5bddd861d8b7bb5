package dev.authpipe.control.integration;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * A page of integrations.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; null: this was the last
 */
@Introspected
record IntegrationList(List<IntegrationView> data, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String nextCursor) {}
