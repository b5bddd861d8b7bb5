/**
 * Erases or exports everything about one end user. Never touches anybody else.
 */
@NullMarked
package dev.authpipe.proxy.subject;

import org.jspecify.annotations.NullMarked;
