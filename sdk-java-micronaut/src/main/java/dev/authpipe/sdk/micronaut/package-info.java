/**
 * Micronaut HTTP clients whose calls go through the proxy: the application never holds the credential.
 */
@NullMarked
package dev.authpipe.sdk.micronaut;

import org.jspecify.annotations.NullMarked;
