/**
 * Checks that credentials are alive, for their stated purpose only.
 */
@NullMarked
package dev.authpipe.proxy.probe;

import org.jspecify.annotations.NullMarked;
