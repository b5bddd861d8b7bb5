/**
 * Hands a caller a currently valid access token. Never caches one.
 */
@NullMarked
package dev.authpipe.proxy.token;

import org.jspecify.annotations.NullMarked;
