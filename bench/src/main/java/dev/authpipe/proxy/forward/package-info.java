/** Micro-benchmarks of what only this room may see. */
@NullMarked
package dev.authpipe.proxy.forward;

import org.jspecify.annotations.NullMarked;
