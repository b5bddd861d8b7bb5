package dev.authpipe.quickstart.flow;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.authpipe.sdk.transport.Transport;
import dev.authpipe.sdk.transport.TransportRequest;
import dev.authpipe.sdk.transport.TransportResponse;
import dev.authpipe.sdk.value.SecretValue;

/** Keeps everything that the application sends to and gets from the proxy, to prove that a credential was not in it. */
final class Wiretap implements Transport {
  private static final int MOST_BYTES = 1024 * 1024;

  private final Transport wire;
  private final List<String> seen = new ArrayList<>();

  Wiretap(Transport wire) {
    this.wire = wire;
  }

  @Override
  public TransportResponse send(TransportRequest request) throws IOException, InterruptedException {
    seen.add(request.uri() + " " + request.headers());
    try (InputStream body = request.body().open()) {
      seen.add(new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    }
    TransportResponse response = wire.send(request);
    byte[] body = response.body().readNBytes(MOST_BYTES);
    response.close();
    seen.add(response.headers() + " " + new String(body, StandardCharsets.UTF_8));
    return new TransportResponse(response.status(), response.headers(), new ByteArrayInputStream(body));
  }

  boolean heard(SecretValue secret) {
    return seen.stream().anyMatch(text -> text.contains(secret.reveal()));
  }

  int messages() {
    return seen.size();
  }
}
