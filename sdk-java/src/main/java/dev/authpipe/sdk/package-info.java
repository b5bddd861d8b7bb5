/**
 * What an application back end asks of the proxy: connect sessions, connections, provider calls and erasure.
 *
 * <p>Nothing here holds a credential longer than the call that asked for it, and nothing here keeps a code verifier: that
 * lives in the application's own login session ({@link dev.authpipe.sdk.SignedInUser}).
 */
@NullMarked
package dev.authpipe.sdk;

import org.jspecify.annotations.NullMarked;
