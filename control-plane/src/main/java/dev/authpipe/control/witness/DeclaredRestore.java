package dev.authpipe.control.witness;

import io.micronaut.core.annotation.Introspected;

/**
 * The declaration that a data plane's store was restored from a backup.
 *
 * @param epoch the epoch that its logs have from now on, as the restore printed it
 */
@Introspected
record DeclaredRestore(int epoch) {}
