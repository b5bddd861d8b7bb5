/**
 * The demonstration as a list of small steps, each of which does one thing over real HTTP and checks what came.
 *
 * <p>The steps know addresses and an API key, and nothing of how the parts were started. What they print never holds a secret.
 */
@NullMarked
package dev.authpipe.quickstart.flow;

import org.jspecify.annotations.NullMarked;
