/**
 * The customer's view of connections: list, read, import, replace a secret, disconnect. Never shows a secret.
 */
@NullMarked
package dev.authpipe.proxy.connection;

import org.jspecify.annotations.NullMarked;
