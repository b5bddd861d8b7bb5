package dev.authpipe.testkit.http;

import java.nio.charset.StandardCharsets;

/** Answers that no HTTP client may accept (RFC 9112): what an attacker sends to make two parsers disagree. */
public enum BrokenAnswer {
  /** Two lengths that differ. */
  DUPLICATE_CONTENT_LENGTH("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
  /** Two lengths in one field. */
  CONTENT_LENGTH_LIST("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello!"),
  /** A length and chunks. */
  BOTH_LENGTHS("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
  /** A length below zero. */
  NEGATIVE_CONTENT_LENGTH("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"),
  /** Lines that end with LF alone. */
  BARE_LINE_FEED("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"),
  /** A CR inside a value. */
  BARE_CARRIAGE_RETURN("HTTP/1.1 200 OK\r\nX-Odd: a\rb\r\nContent-Length: 5\r\n\r\nhello"),
  /** A NUL inside a value. */
  NUL_IN_HEADER("HTTP/1.1 200 OK\r\nX-Odd: a\u0000b\r\nContent-Length: 5\r\n\r\nhello"),
  /** A name that ends with a space. */
  SPACE_BEFORE_COLON("HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello"),
  /** A value on two lines. */
  FOLDED_HEADER("HTTP/1.1 200 OK\r\nX-Odd: a\r\n b\r\nContent-Length: 5\r\n\r\nhello"),
  /** A chunk size that is no number. */
  BAD_CHUNK_SIZE("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n0\r\n\r\n"),
  /** A chunk longer than its size. */
  CHUNK_WITHOUT_LINE_END("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n"),
  /** The connection ends inside a chunk. */
  CHUNKS_CUT_OFF("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
  /** The connection ends before the announced length. */
  BODY_CUT_OFF("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
  /** Chunked is not the last coding. */
  UNKNOWN_TRANSFER_CODING("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
  /** Half a megabyte of header fields. */
  ENDLESS_HEADERS("HTTP/1.1 200 OK\r\n" + "X-Odd: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(8_192)),
  /** Another protocol. */
  NOT_HTTP("SSH-2.0-OpenSSH_9.2\r\n"),
  /** A connection that ends without a byte. */
  NOTHING("");

  private final String text;

  BrokenAnswer(String text) {
    this.text = text;
  }

  public byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
