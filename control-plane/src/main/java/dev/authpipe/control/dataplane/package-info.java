/**
 * Enrolled proxies: identity, commands, heartbeat.
 */
@NullMarked
package dev.authpipe.control.dataplane;

import org.jspecify.annotations.NullMarked;
