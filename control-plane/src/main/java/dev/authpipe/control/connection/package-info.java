/**
 * Life of each connection as reported by proxies.
 */
@NullMarked
package dev.authpipe.control.connection;

import org.jspecify.annotations.NullMarked;
