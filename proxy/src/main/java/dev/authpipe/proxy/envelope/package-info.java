/**
 * Seals and opens under DEK and KEK; owns the byte format. Never knows what it seals.
 */
@NullMarked
package dev.authpipe.proxy.envelope;

import org.jspecify.annotations.NullMarked;
