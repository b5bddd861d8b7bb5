/**
 * Takes configuration from outside: integrations, client secrets (write-only), API keys, approvals, incident actions. Never shows a secret.
 */
@NullMarked
package dev.authpipe.proxy.config;

import org.jspecify.annotations.NullMarked;
