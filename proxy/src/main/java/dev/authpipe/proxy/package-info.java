/**
 * The proxy. Its beans exist only outside the control plane's application context, so that both can share a process and a class path.
 */
@Configuration
@Requires(property = "authpipe.plane", notEquals = "control")
@NullMarked
package dev.authpipe.proxy;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
