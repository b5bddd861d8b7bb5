/**
 * Knows providers (built-in data files) and the workspace configuration, from a file or the control plane's feed. Never a secret.
 */
@NullMarked
package dev.authpipe.proxy.catalog;

import org.jspecify.annotations.NullMarked;
