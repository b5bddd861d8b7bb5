/**
 * What ends or renews every connection of a workspace at once, when credentials may have leaked.
 */
@NullMarked
package dev.authpipe.sdk.incident;

import org.jspecify.annotations.NullMarked;
