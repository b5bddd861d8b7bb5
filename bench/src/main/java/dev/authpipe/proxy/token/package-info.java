/** Micro-benchmarks of what only this room may see. */
@NullMarked
package dev.authpipe.proxy.token;

import org.jspecify.annotations.NullMarked;
