package dev.authpipe.testkit.http2;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLSocket;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

/** The frames of one connection (RFC 9113 section 4), read and written one by one. Writing is safe from several threads. */
public final class RawHttp2Connection {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;
  public static final int PADDED = 8;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int FRAMES_AT_A_TIME = 500;
  private static final byte STATUS_200 = (byte) 0x88;

  /** One frame as it came. */
  public record Frame(int type, int flags, int stream, ByteBuffer payload) {
    public boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    public byte[] bytes() {
      var bytes = new byte[payload.limit()];
      payload.get(0, bytes);
      return bytes;
    }

    /** The 32-bit number that a reset, a settings value or a window update carries. */
    public int number() {
      return payload.getInt(0);
    }
  }

  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);

  private RawHttp2Connection(SSLSocket socket) throws IOException {
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = socket.getOutputStream();
  }

  static RawHttp2Connection accept(SSLSocket socket) throws IOException {
    socket.startHandshake();
    var connection = new RawHttp2Connection(socket);
    var preface = connection.in.readNBytes(PREFACE.length());
    if (!new String(preface, StandardCharsets.US_ASCII).equals(PREFACE)) {
      throw new EOFException("no HTTP/2");
    }
    return connection;
  }

  public Frame read() throws IOException {
    var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    var type = in.readUnsignedByte();
    var flags = in.readUnsignedByte();
    var stream = in.readInt() & Integer.MAX_VALUE;
    var payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException();
    }
    return new Frame(type, flags, stream, ByteBuffer.wrap(payload).asReadOnlyBuffer());
  }

  /** The next frame of that type; others are passed over, and pings answered. */
  public Frame await(int type) throws IOException {
    while (true) {
      var frame = read();
      if (frame.type == PING && (frame.flags & ACK) == 0) {
        write(PING, ACK, 0, frame.bytes());
      }
      if (frame.type == type && (type != SETTINGS || (frame.flags & ACK) == 0)) {
        return frame;
      }
    }
  }

  /** The fields of a request's head; each must be asked for once and in order, for they are compressed by those before. */
  public Http2Headers fields(Frame head) throws IOException {
    try {
      return headers.decodeHeaders(head.stream, Unpooled.wrappedBuffer(head.bytes()));
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  public void write(int type, int flags, int stream, byte... payload) throws IOException {
    send(frame(type, flags, stream, payload));
  }

  /** The same frame again and again, many in each TLS record. */
  public void flood(int times, int type, int flags, int stream, byte... payload) throws IOException {
    var one = frame(type, flags, stream, payload);
    var many = ByteBuffer.allocate(one.length * FRAMES_AT_A_TIME);
    while (many.hasRemaining()) {
      many.put(one);
    }
    for (var sent = 0; sent < times; sent += FRAMES_AT_A_TIME) {
      send(many.array());
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    var frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length).put((byte) type).put((byte) flags).putInt(stream);
    return frame.put(payload).array();
  }

  private void send(byte[] bytes) throws IOException {
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }

  /** Settings as pairs of identifier and value, and word that those of the other side are in force. */
  public void settings(int... pairs) throws IOException {
    var payload = ByteBuffer.allocate(pairs.length * 3);
    for (var i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    write(SETTINGS, 0, 0, payload.array());
    write(SETTINGS, ACK, 0);
  }

  public void reset(int stream, int code) throws IOException {
    write(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
  }

  public void goAway(int last, int code) throws IOException {
    write(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(last).putInt(code).array());
  }

  public void windowUpdate(int stream, int bytes) throws IOException {
    write(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  /** Status 200 with fields as pairs of name and value, in one frame. */
  public void ok(int stream, boolean end, String... pairs) throws IOException {
    write(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(true, pairs));
  }

  public void data(int stream, boolean end, byte... bytes) throws IOException {
    write(DATA, end ? END_STREAM : 0, stream, bytes);
  }

  /** A header block of literal fields without Huffman coding (RFC 7541 section 6.2.2), which carries any byte. */
  public static byte[] block(boolean status200, String... pairs) {
    var block = new ByteArrayOutputStream();
    if (status200) {
      block.write(STATUS_200);
    }
    for (var i = 0; i < pairs.length; i += 2) {
      block.write(0);
      text(block, pairs[i]);
      text(block, pairs[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    var rest = bytes.length - 127;
    block.write(Math.min(bytes.length, 127));
    if (rest >= 0) {
      for (; rest >= 128; rest >>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }
}
