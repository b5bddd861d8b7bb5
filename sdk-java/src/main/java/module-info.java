/**
 * The client of the Authpipe proxy for application back ends.
 *
 * <p>Start at {@link dev.authpipe.sdk.Authpipe}. The module speaks HTTP to the proxy's API listener and nothing else; it
 * keeps no credential and no verifier of its own.
 */
module dev.authpipe.sdk {
  requires transitive java.net.http;
  requires com.fasterxml.jackson.core;
  requires static transitive org.jspecify;

  exports dev.authpipe.sdk;
  exports dev.authpipe.sdk.error;
  exports dev.authpipe.sdk.transport;
  exports dev.authpipe.sdk.value;
}
