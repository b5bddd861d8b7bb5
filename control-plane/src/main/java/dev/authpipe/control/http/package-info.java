/**
 * Listeners, who may call what, problem+json, limits.
 */
@NullMarked
package dev.authpipe.control.http;

import org.jspecify.annotations.NullMarked;
