package dev.authpipe.proxy.egress;

import java.time.Duration;

/**
 * Limits of HTTP/2 towards providers.
 *
 * @param connections    most connections per event loop and origin that take new calls; 0: HTTP/2 is not offered
 * @param streams        most calls at a time on one of them; the provider may allow fewer
 * @param waiting        most calls per event loop and origin that wait for one of these
 * @param patience       how long they wait
 * @param streamWindow   most bytes of an answer that may arrive before the caller takes them
 * @param headerListSize most bytes of the head of an answer, as RFC 9113 section 6.5.2 counts them
 * @param emptyFrames    most frames in a row that carry nothing
 * @param lifetime       when a connection takes no further calls
 * @param idle           how long one without calls is kept
 * @param pingAfter      silence during a call after which the provider is asked whether it is there
 * @param pingAnswer     how long it may take to say so
 */
record Http2Limits(int connections, int streams, int waiting, Duration patience, int streamWindow, int headerListSize,
    int emptyFrames, Duration lifetime, Duration idle, Duration pingAfter, Duration pingAnswer) {

  /** What follows from the settings, and what is fixed. */
  static Http2Limits of(EgressSettings settings) {
    return new Http2Limits(settings.http2Connections(), 100, 1_024, settings.connectTimeout().multipliedBy(2), 256 * 1024,
        64 * 1024, 16, UpstreamConnections.LIFETIME, settings.idleTimeout(), Duration.ofSeconds(10), Duration.ofSeconds(10));
  }
}
