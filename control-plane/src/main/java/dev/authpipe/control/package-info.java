/**
 * The control plane. Its beans exist only in an application context of its own, so that it can share a process and a class path with the
 * proxy without meeting it.
 */
@Configuration
@Requires(property = "authpipe.plane", value = "control")
@NullMarked
package dev.authpipe.control;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
