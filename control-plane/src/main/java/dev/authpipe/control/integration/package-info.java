/**
 * Client registration, scopes, return URLs; never its secret, only since when it is present.
 */
@NullMarked
package dev.authpipe.control.integration;

import org.jspecify.annotations.NullMarked;
