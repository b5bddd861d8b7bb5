/**
 * Values that refuse to be printed. Never a String.
 */
@NullMarked
package dev.authpipe.proxy.secret;

import org.jspecify.annotations.NullMarked;
