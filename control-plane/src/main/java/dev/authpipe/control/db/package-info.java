/**
 * Pools and transactions.
 */
@NullMarked
package dev.authpipe.control.db;

import org.jspecify.annotations.NullMarked;
