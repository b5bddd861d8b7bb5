package dev.authpipe.control.http;

/** The doors of the control plane. A request's is told by the local port, for the server tells no name. */
public enum Listener {
  /** Dashboard and REST API. */
  DASHBOARD,
  /** Data-plane link, mutual TLS. */
  LINK,
  /** Health and metrics. */
  MANAGEMENT
}
