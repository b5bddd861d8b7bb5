/**
 * Authpipe as the keeper of Spring Security's authorized clients: whatever asks an {@code OAuth2AuthorizedClientManager} for an access token
 * gets one of the proxy. Never stores one.
 */
@NullMarked
package dev.authpipe.sdk.spring;

import org.jspecify.annotations.NullMarked;
