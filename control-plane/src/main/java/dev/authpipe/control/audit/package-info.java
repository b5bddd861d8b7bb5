/**
 * The control plane's own append-only log.
 */
@NullMarked
package dev.authpipe.control.audit;

import org.jspecify.annotations.NullMarked;
