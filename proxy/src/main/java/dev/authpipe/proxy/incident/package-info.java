/**
 * Ends or renews every connection of a workspace at once. Each step is a row, so that any replica goes on after a cut; never leaves one out
 * silently.
 */
@NullMarked
package dev.authpipe.proxy.incident;

import org.jspecify.annotations.NullMarked;
