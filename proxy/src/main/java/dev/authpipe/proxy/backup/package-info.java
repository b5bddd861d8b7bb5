/**
 * Encrypted backup, restore, erasure ledger. Never writes a byte that is not encrypted.
 */
@NullMarked
package dev.authpipe.proxy.backup;

import org.jspecify.annotations.NullMarked;
