/**
 * Requests for and metadata of API keys; keys are born at the proxy.
 */
@NullMarked
package dev.authpipe.control.apikey;

import org.jspecify.annotations.NullMarked;
