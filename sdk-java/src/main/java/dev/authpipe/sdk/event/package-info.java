/**
 * What the proxy tells the application by webhook, and how far an event is on its way. An event is a reason to read the connection, never
 * its state.
 */
@NullMarked
package dev.authpipe.sdk.event;

import org.jspecify.annotations.NullMarked;
