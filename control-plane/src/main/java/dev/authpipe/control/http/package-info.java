/**
 * Listeners, who may call what, problem+json, limits, the dashboard's files.
 */
@NullMarked
package dev.authpipe.control.http;

import org.jspecify.annotations.NullMarked;
