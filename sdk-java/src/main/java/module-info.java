/**
 * The client of the Authpipe proxy for application back ends.
 *
 * <p>Start at {@link dev.authpipe.sdk.Authpipe}. The module speaks HTTP to the proxy's API listener and nothing else. It keeps no verifier of
 * its own, and no credential but, in memory and for a short while, access tokens that were asked for by way of
 * {@link dev.authpipe.sdk.AccessTokens}.
 */
module dev.authpipe.sdk {
  requires transitive java.net.http;
  requires com.fasterxml.jackson.core;
  requires static transitive org.jspecify;

  exports dev.authpipe.sdk;
  exports dev.authpipe.sdk.audit;
  exports dev.authpipe.sdk.config;
  exports dev.authpipe.sdk.error;
  exports dev.authpipe.sdk.event;
  exports dev.authpipe.sdk.incident;
  exports dev.authpipe.sdk.transport;
  exports dev.authpipe.sdk.value;
}
