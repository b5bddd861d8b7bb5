/**
 * Values that refuse to be printed, and the source of random ones.
 */
@NullMarked
package dev.authpipe.control.secret;

import org.jspecify.annotations.NullMarked;
