/**
 * The ledger of erasures, outside the database that it is about. Never names anybody. Encrypted backup and restore come with a later version.
 */
@NullMarked
package dev.authpipe.proxy.backup;

import org.jspecify.annotations.NullMarked;
