/**
 * Ends connections: revokes at the provider, erases, purges after retention. Never leaves a token alive silently.
 */
@NullMarked
package dev.authpipe.proxy.retire;

import org.jspecify.annotations.NullMarked;
