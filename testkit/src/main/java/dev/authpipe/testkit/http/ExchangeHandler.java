package dev.authpipe.testkit.http;

import java.io.IOException;

/** Answers one request. Runs on a virtual thread of the request's connection and may block. */
@FunctionalInterface
public interface ExchangeHandler {

  void handle(Exchange exchange) throws IOException;
}
