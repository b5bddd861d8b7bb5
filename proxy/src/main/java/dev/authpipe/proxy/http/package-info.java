/**
 * Listeners, request id, limits, problem+json, rate limits. Never decides who may do what.
 */
@NullMarked
package dev.authpipe.proxy.http;

import org.jspecify.annotations.NullMarked;
