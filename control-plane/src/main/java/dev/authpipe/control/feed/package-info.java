/**
 * Versioned configuration down to proxies.
 */
@NullMarked
package dev.authpipe.control.feed;

import org.jspecify.annotations.NullMarked;
