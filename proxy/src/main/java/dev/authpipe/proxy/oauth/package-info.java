/**
 * Speaks OAuth as a client: authorization request, token endpoint, revocation, meaning of errors. Never follows a redirect.
 */
@NullMarked
package dev.authpipe.proxy.oauth;

import org.jspecify.annotations.NullMarked;
