/**
 * Usage and health roll-ups.
 */
@NullMarked
package dev.authpipe.control.analytics;

import org.jspecify.annotations.NullMarked;
