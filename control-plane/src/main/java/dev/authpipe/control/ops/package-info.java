/**
 * Operator commands and start-up.
 */
@NullMarked
package dev.authpipe.control.ops;

import org.jspecify.annotations.NullMarked;
