/**
 * Walks one end user through authorization and back: session, start, callback, finish. Never exchanges a code before finish.
 */
@NullMarked
package dev.authpipe.proxy.connect;

import org.jspecify.annotations.NullMarked;
