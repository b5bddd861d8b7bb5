/**
 * Runs scheduled work once per cluster. Never runs the same job on two replicas at a time.
 */
@NullMarked
package dev.authpipe.proxy.job;

import org.jspecify.annotations.NullMarked;
