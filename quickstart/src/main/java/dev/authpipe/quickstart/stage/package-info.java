/**
 * Everything the demonstration needs, started in order and stopped in reverse: PostgreSQL, the sandbox provider, the proxy, an API key, the
 * sample application. Never for production.
 */
@NullMarked
package dev.authpipe.quickstart.stage;

import org.jspecify.annotations.NullMarked;
