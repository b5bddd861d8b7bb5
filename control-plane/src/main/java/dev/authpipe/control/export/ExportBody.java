package dev.authpipe.control.export;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

/**
 * Which export is wanted.
 *
 * @param format {@code json} or {@code terraform}
 */
@Introspected
record ExportBody(@Nullable String format) {}
