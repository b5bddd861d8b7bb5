/**
 * Verifies provider webhooks over raw bytes and passes them on. Never trusts a body before its signature.
 */
@NullMarked
package dev.authpipe.proxy.inbound;

import org.jspecify.annotations.NullMarked;
