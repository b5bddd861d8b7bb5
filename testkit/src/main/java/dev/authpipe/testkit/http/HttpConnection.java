package dev.authpipe.testkit.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.function.Consumer;

/** The life of one connection: requests one after the other, until either side has had enough. */
final class HttpConnection {

  private static final int IDLE_MILLISECONDS = 60_000;
  private static final int BUFFER = 32 * 1024;
  private static final long MOST_DRAINED = 1024 * 1024;

  private final Socket socket;
  private final Socket carrier;
  private final ExchangeHandler handler;
  private final Consumer<RecordedRequest> records;

  /** The socket is the TCP connection, which drops and resets act on; the carrier is the same, or its TLS layer. */
  HttpConnection(Socket socket, Socket carrier, ExchangeHandler handler, Consumer<RecordedRequest> records) {
    this.socket = socket;
    this.carrier = carrier;
    this.handler = handler;
    this.records = records;
  }

  void run() throws IOException {
    socket.setSoTimeout(IDLE_MILLISECONDS);
    var in = new BufferedInputStream(carrier.getInputStream(), BUFFER);
    var out = new BufferedOutputStream(carrier.getOutputStream(), BUFFER);
    var reader = new RequestReader(in);
    try {
      while (serveNext(reader, out)) {
        out.flush();
      }
    } catch (MalformedRequest e) {
      refuse(out, e.why());
      // Closing with unread input would reset the connection and take the refusal with it.
      carrier.shutdownOutput();
      in.skip(MOST_DRAINED);
    }
  }

  private void refuse(OutputStream out, String why) throws IOException {
    var nobody = new RecordedRequest(new byte[0], "", "", List.of());
    new Exchange(nobody, InputStream.nullInputStream(), socket, carrier, out)
        .answer(Answer.text(400, why).with("Connection", "close"));
  }

  private boolean serveNext(RequestReader reader, OutputStream out) throws IOException {
    var head = reader.readHead();
    if (head.isEmpty()) {
      return false;
    }
    var request = head.get();
    records.accept(request);
    var body = reader.body(request);
    var exchange = new Exchange(request, body, socket, carrier, out);
    try {
      handler.handle(exchange);
    } catch (RuntimeException e) {
      // A mistake in a test, such as a gate that was never opened: named to the client by its kind, then the connection ends.
      if (!exchange.isAnswered() && !exchange.isClosed()) {
        exchange.answer(Answer.text(500, e.getClass().getSimpleName()).with("Connection", "close"));
      }
      return false;
    }
    if (!exchange.isAnswered() && !exchange.isClosed()) {
      exchange.answer(Answer.text(500, "the handler gave no answer"));
    }
    return exchange.keepsConnection() && drained(body);
  }

  /** What the handler left of the body has to go before the next request; a large rest is not worth the wait. */
  private static boolean drained(InputStream body) throws IOException {
    return body.skip(MOST_DRAINED) < MOST_DRAINED && body.read() < 0;
  }
}
