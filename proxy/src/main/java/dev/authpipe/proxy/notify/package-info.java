/**
 * Signed outgoing webhooks to the application (Standard Webhooks). Never a secret in a body.
 */
@NullMarked
package dev.authpipe.proxy.notify;

import org.jspecify.annotations.NullMarked;
