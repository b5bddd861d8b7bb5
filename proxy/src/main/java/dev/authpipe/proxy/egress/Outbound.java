package dev.authpipe.proxy.egress;

/**
 * Sends one small request to an address that a tenant or provider influences, and reads one small answer. Never follows a redirect, never
 * reaches an address that the policy refuses, never keeps a cookie. Thread-safe.
 */
public interface Outbound {

  /**
   * Exchanges one request for its answer. Blocks up to the request's deadline: on virtual threads only.
   *
   * @throws OutboundException if no complete answer came; says whether bytes may have left
   */
  OutboundResponse exchange(OutboundRequest request) throws OutboundException;
}
