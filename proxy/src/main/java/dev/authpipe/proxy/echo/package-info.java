/**
 * Finds a secret in bytes that pass, whatever it is dressed in. Never keeps what it looks for beyond one call, and never changes a byte.
 */
@NullMarked
package dev.authpipe.proxy.echo;

import org.jspecify.annotations.NullMarked;
