/**
 * How the workspace is set up: integrations, what may be shown of their secrets and keys, and the catalog of providers. Nothing here holds
 * a secret but the link to enter one.
 */
@NullMarked
package dev.authpipe.sdk.config;

import org.jspecify.annotations.NullMarked;
