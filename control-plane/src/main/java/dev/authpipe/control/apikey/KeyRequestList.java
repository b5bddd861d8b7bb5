package dev.authpipe.control.apikey;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A page of requests for API keys.
 *
 * @param data       in the order of their ids
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
@Schema(name = "ApiKeyRequestList")
record KeyRequestList(List<KeyRequestView> data, @Nullable String nextCursor) {}
