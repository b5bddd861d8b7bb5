/**
 * What an application back end asks of the proxy: connect sessions, connections, provider calls, people, configuration, the audit log.
 *
 * <p>Nothing here holds a credential longer than the call that asked for it, but {@link dev.authpipe.sdk.AccessTokens}, in memory and for a
 * short while. Nothing here keeps a code verifier: that lives in the application's own login session
 * ({@link dev.authpipe.sdk.SignedInUser}).
 */
@NullMarked
package dev.authpipe.sdk;

import org.jspecify.annotations.NullMarked;
