/**
 * Says who is calling and what they may use. Never stores an API key.
 */
@NullMarked
package dev.authpipe.proxy.caller;

import org.jspecify.annotations.NullMarked;
