/**
 * Serves the audit log, its checkpoints and evidence. Never changes it.
 */
@NullMarked
package dev.authpipe.proxy.record;

import org.jspecify.annotations.NullMarked;
