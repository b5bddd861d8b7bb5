/**
 * Pages that people open in a browser: their origin, their guarding headers, and proof that a request comes from them.
 */
@NullMarked
package dev.authpipe.proxy.browser;

import org.jspecify.annotations.NullMarked;
