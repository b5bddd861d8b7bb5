package dev.authpipe.testkit.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SSLSocket;

/**
 * One request and the ways to answer it: whole, streamed, or not at all.
 *
 * <p>A body is never collected unless asked for: {@link #body()} reads from the socket and {@link #streamChunked} writes to it,
 * so memory stays constant whatever the size. Used by one thread.
 */
public final class Exchange {
  private static final int HALF_CLOSED_MILLISECONDS = 5_000;

  private final RecordedRequest request;
  private final InputStream body;
  private final Socket socket;
  private final Socket carrier;
  private final OutputStream out;
  private boolean continueOwed;
  private boolean answered;
  private boolean closed;

  Exchange(RecordedRequest request, InputStream body, Socket socket, Socket carrier, OutputStream out) {
    this.carrier = carrier;
    this.request = request;
    this.body = body;
    this.socket = socket;
    this.out = out;
    this.continueOwed = request.header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
  }

  public RecordedRequest request() {
    return request;
  }

  /** The client's certificate, on a server that demands one. */
  public X509Certificate peer() throws IOException {
    if (carrier instanceof SSLSocket secured) {
      return (X509Certificate) secured.getSession().getPeerCertificates()[0];
    }
    throw new IOException("no TLS");
  }

  /** The request's body; the first call answers {@code Expect: 100-continue}. */
  public InputStream body() throws IOException {
    if (continueOwed) {
      continueOwed = false;
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    return body;
  }

  /** The whole body as text; one over 1 MiB is refused. */
  public String bodyText() throws IOException {
    var limit = 1024 * 1024;
    var bytes = body().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new MalformedRequest("body over " + limit + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public void answer(Answer answer) throws IOException {
    var bytes = answer.body();
    writeHead(answer.status(), answer.headers(), "Content-Length: " + bytes.length);
    if (hasBody(answer.status())) {
      out.write(bytes);
    }
    out.flush();
  }

  /** Announces the whole answer but sends only the first bytes of its body, then closes the connection. */
  public void answerCutShort(Answer answer, int bodyBytes) throws IOException {
    var bytes = answer.body();
    writeHead(answer.status(), answer.headers(), "Content-Length: " + bytes.length);
    out.write(bytes, 0, Math.min(bodyBytes, bytes.length));
    out.flush();
    drop();
  }

  /** Announces the whole answer but sends only the first bytes of its body, then says that nothing more comes and goes on listening. */
  public void answerHalfClosed(Answer answer, int bodyBytes) throws IOException {
    var bytes = answer.body();
    writeHead(answer.status(), answer.headers(), "Content-Length: " + bytes.length);
    out.write(bytes, 0, Math.min(bodyBytes, bytes.length));
    out.flush();
    carrier.shutdownOutput(); // under TLS a close_notify, after which the other side may still send
    closed = true;
    socket.setSoTimeout(HALF_CLOSED_MILLISECONDS);
    body.transferTo(OutputStream.nullOutputStream());
    var rest = carrier.getInputStream().readNBytes(1);
    if (rest.length > 0) {
      throw new MalformedRequest("another request on a connection that is half closed");
    }
  }

  /** Sends these bytes for an answer, whatever they are, and closes the connection. */
  public void answerRaw(byte[] bytes) throws IOException {
    answered = true;
    out.write(bytes);
    out.flush();
    drop();
  }

  /** Starts a chunked answer: each write becomes one chunk and is sent at once, closing the stream ends the body. */
  public OutputStream streamChunked(int status, List<Header> headers) throws IOException {
    writeHead(status, headers, "Transfer-Encoding: chunked");
    out.flush();
    return hasBody(status) ? new ChunkedOutput(out) : OutputStream.nullOutputStream();
  }

  /** Starts an answer of a known length; writing less than that breaks the connection off. */
  public OutputStream streamFixed(int status, List<Header> headers, long length) throws IOException {
    writeHead(status, headers, "Content-Length: " + length);
    return hasBody(status) ? new FixedLengthOutput(out, length, this::drop) : OutputStream.nullOutputStream();
  }

  /** Closes the connection in good order, without an answer or in the middle of one. */
  public void drop() {
    closed = true;
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Breaks the connection with a TCP reset. */
  public void reset() throws IOException {
    closed = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  boolean isClosed() {
    return closed;
  }

  boolean isAnswered() {
    return answered;
  }

  /** Whether the connection can carry another request after this one. */
  boolean keepsConnection() {
    return !closed && !continueOwed && request.headerValues("Connection").stream().noneMatch("close"::equalsIgnoreCase);
  }

  private void writeHead(int status, List<Header> headers, String framing) throws IOException {
    if (answered) {
      throw new IllegalStateException("answered twice");
    }
    answered = true;
    var head = new StringBuilder("HTTP/1.1 ").append(status).append(" \r\n");
    headers.forEach(header -> head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    if (status != 204 && status != 304 && status >= 200) {
      head.append(framing).append("\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private boolean hasBody(int status) {
    return !request.method().equals("HEAD") && status != 204 && status != 304;
  }
}
