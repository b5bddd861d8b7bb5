package dev.authpipe.control.export;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A link to an export.
 *
 * @param id        random id of the export
 * @param format    {@code json} or {@code terraform}
 * @param url       path and query at this origin; it works in this session only
 * @param expiresAt when the link ends
 */
@Introspected
@Schema(name = "Export")
record ExportView(String id, String format, String url, Instant expiresAt) {}
