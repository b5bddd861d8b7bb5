/**
 * Refusals and failures, one exception for each party that must act: the request, the API key, this connection, the
 * provider, the proxy.
 */
@NullMarked
package dev.authpipe.sdk.error;

import org.jspecify.annotations.NullMarked;
