package dev.authpipe.sdk.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a request sends: nothing, bytes in memory, a file, or a stream of any length. A stream is read once, as fast as the
 * other side takes it, and is never held in memory as a whole.
 */
public final class RequestBody {

  /** Opens the bytes of a body; called once per request sent. */
  @FunctionalInterface
  public interface Source {
    /**
     * Opens the bytes.
     *
     * @return the bytes from the first one; closed by the transport
     * @throws IOException when they cannot be had, which fails the request
     */
    InputStream open() throws IOException;
  }

  /** Length of a body whose length is not known before it has been sent. */
  public static final long UNKNOWN_LENGTH = -1;

  private static final RequestBody NONE = new RequestBody(InputStream::nullInputStream, 0);

  private final Source source;
  private final long contentLength;

  private RequestBody(Source source, long contentLength) {
    this.source = source;
    this.contentLength = contentLength;
  }

  /**
   * No body.
   *
   * @return the empty body
   */
  public static RequestBody none() {
    return NONE;
  }

  /**
   * Text in UTF-8.
   *
   * @param text what to send
   * @return the body
   */
  public static RequestBody ofText(String text) {
    return ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Bytes in memory.
   *
   * @param bytes what to send; copied
   * @return the body
   */
  public static RequestBody ofBytes(byte[] bytes) {
    byte[] copy = bytes.clone();
    return new RequestBody(() -> new ByteArrayInputStream(copy), copy.length);
  }

  /**
   * A file, streamed.
   *
   * @param file a readable file
   * @return the body
   * @throws IOException when the file's size cannot be read
   */
  public static RequestBody ofFile(Path file) throws IOException {
    return new RequestBody(() -> Files.newInputStream(file), Files.size(file));
  }

  /**
   * A stream.
   *
   * @param source opens the stream
   * @param contentLength its length in bytes, or {@link #UNKNOWN_LENGTH}
   * @return the body
   */
  public static RequestBody ofStream(Source source, long contentLength) {
    if (contentLength < UNKNOWN_LENGTH) {
      throw new IllegalArgumentException("contentLength must be -1 or more");
    }
    return new RequestBody(Objects.requireNonNull(source, "source"), contentLength);
  }

  /**
   * Length in bytes.
   *
   * @return the length, or {@link #UNKNOWN_LENGTH}
   */
  public long contentLength() {
    return contentLength;
  }

  /**
   * Opens the bytes for sending.
   *
   * @return the bytes from the first one; the transport closes them
   * @throws IOException when the source cannot be opened
   */
  public InputStream open() throws IOException {
    return source.open();
  }
}
