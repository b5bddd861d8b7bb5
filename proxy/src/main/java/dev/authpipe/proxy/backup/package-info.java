/**
 * Encrypted backup and restore, and the ledger of erasures outside the database that it is about. Never names anybody.
 */
@NullMarked
package dev.authpipe.proxy.backup;

import org.jspecify.annotations.NullMarked;
