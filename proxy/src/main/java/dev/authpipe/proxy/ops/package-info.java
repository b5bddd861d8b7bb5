/**
 * Operator commands and start-up. Never takes a secret on a command line.
 */
@NullMarked
package dev.authpipe.proxy.ops;

import org.jspecify.annotations.NullMarked;
