/**
 * Connection pools, change notifications and Tx, which lets rooms share one transaction. Never knows a table.
 */
@NullMarked
package dev.authpipe.proxy.db;

import org.jspecify.annotations.NullMarked;
