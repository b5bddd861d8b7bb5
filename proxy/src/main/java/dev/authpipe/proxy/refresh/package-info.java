/**
 * Always returns a credential fresh enough; renews each at most once at a time. Never loses a refresh token it received.
 */
@NullMarked
package dev.authpipe.proxy.refresh;

import org.jspecify.annotations.NullMarked;
