/**
 * The connection pool and Tx, which lets rooms share one transaction.
 */
@NullMarked
package dev.authpipe.control.db;

import org.jspecify.annotations.NullMarked;
