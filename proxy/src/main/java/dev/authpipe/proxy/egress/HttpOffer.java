package dev.authpipe.proxy.egress;

/** Which versions of HTTP a provider is offered. HTTP/2 is only ever spoken over TLS, and only if the provider chooses it (RFC 9113 section 3.2). */
public enum HttpOffer {
  /** HTTP/1.1 and nothing else. */
  ONLY_1_1,
  /** HTTP/2, or HTTP/1.1 if the provider prefers it. */
  UP_TO_2
}
