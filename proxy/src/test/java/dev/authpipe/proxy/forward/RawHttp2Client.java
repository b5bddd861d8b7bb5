package dev.authpipe.proxy.forward;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;

/** An HTTP/2 client (RFC 9113) that sends exactly the frames it is given, however wrong. Header fields go as literals without an index. */
final class RawHttp2Client implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  private static final int LARGEST_FRAME = 16_384;

  /** A frame; its payload as Latin-1. */
  record Frame(int type, int flags, int stream, String payload) {
    boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /** The code of RST_STREAM or GOAWAY. */
    int code() {
      byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
      return ByteBuffer.wrap(bytes).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  /**
   * What came on one stream.
   *
   * @param heads   informational answers, the answer, and the trailers if there are any
   * @param body    all data
   * @param refused the code of RST_STREAM or GOAWAY; -1: it was answered to the end
   */
  record Answer(List<Map<String, String>> heads, String body, int refused) {
    /** The head that is not informational. */
    Map<String, String> head() {
      return heads.stream().filter(head -> !head.getOrDefault(":status", "1").startsWith("1")).findFirst().orElse(Map.of());
    }

    int status() {
      return Integer.parseInt(head().getOrDefault(":status", "0"));
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  RawHttp2Client(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[]{0, 4, 0, 0x7F, (byte) 0xFF, (byte) 0xFF}); // and for each stream
    frame(8, 0, 0, new byte[]{0x3F, (byte) 0xFF, 0, 0}); // a wide window for the connection
  }

  RawHttp2Client frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(9 + payload.length);
    bytes.writeBytes(new byte[]{(byte) (payload.length >> 16), (byte) (payload.length >> 8), (byte) payload.length, (byte) type,
        (byte) flags, (byte) (stream >> 24), (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream});
    bytes.writeBytes(payload);
    OutputStream out = socket.getOutputStream();
    out.write(bytes.toByteArray());
    out.flush();
    return this;
  }

  /** A whole header block in one frame; name and value alternate. */
  RawHttp2Client headers(int stream, boolean last, String... fields) throws IOException {
    return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block(fields));
  }

  RawHttp2Client data(int stream, boolean last, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    int from = 0;
    for (; bytes.length - from > LARGEST_FRAME; from += LARGEST_FRAME) {
      frame(DATA, 0, stream, Arrays.copyOfRange(bytes, from, from + LARGEST_FRAME));
    }
    return frame(DATA, last ? END_STREAM : 0, stream, Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** Fields as RFC 7541 section 6.2.2 has them, without Huffman coding. */
  static byte[] block(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      text(block, fields[i]);
      text(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int left = bytes.length;
    if (left < 127) {
      block.write(left);
    } else {
      block.write(127);
      left -= 127;
      while (left >= 128) {
        block.write(left % 128 + 128);
        left /= 128;
      }
      block.write(left);
    }
    block.writeBytes(bytes);
  }

  /** The next frame; SETTINGS and PING are answered. */
  Frame next() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & 0x7FFFFFFF;
    String payload = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    if (type == SETTINGS && (flags & 1) == 0) {
      frame(SETTINGS, 1, 0, new byte[0]);
    }
    return new Frame(type, flags, stream, payload);
  }

  /** All that comes on a stream until it ends, is reset, or the connection goes. */
  Answer answer(int stream) throws IOException, Http2Exception {
    List<Map<String, String>> heads = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    while (true) {
      Frame frame = next();
      if (frame.type == GOAWAY || (frame.type == RST_STREAM && frame.stream == stream)) {
        return new Answer(heads, body.toString(), frame.code());
      }
      if (frame.type == HEADERS) {
        Map<String, String> head = new LinkedHashMap<>();
        decoder.decodeHeaders(frame.stream, Unpooled.copiedBuffer(frame.payload, StandardCharsets.ISO_8859_1))
            .forEach(field -> head.merge(field.getKey().toString(), field.getValue().toString(), (one, two) -> one + "," + two));
        if (frame.stream == stream) {
          heads.add(head);
        }
      } else if (frame.type == DATA && frame.stream == stream) {
        body.append(frame.payload);
      }
      if (frame.ends() && frame.stream == stream) {
        return new Answer(heads, body.toString(), -1);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
