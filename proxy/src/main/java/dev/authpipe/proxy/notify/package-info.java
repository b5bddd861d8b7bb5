/**
 * Signed outgoing webhooks to the application (Standard Webhooks). Never a secret in a body, and never a word about a person who was erased.
 */
@NullMarked
package dev.authpipe.proxy.notify;

import org.jspecify.annotations.NullMarked;
