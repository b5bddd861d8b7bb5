/**
 * Sends a caller's request to a provider with the credential injected. Never lets the caller see or set what is injected.
 */
@NullMarked
package dev.authpipe.proxy.forward;

import org.jspecify.annotations.NullMarked;
