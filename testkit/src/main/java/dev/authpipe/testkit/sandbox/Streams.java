package dev.authpipe.testkit.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.Header;

/** Bodies of any size in constant memory, down, up, and event by event. The byte at position p of a download is {@code 'a' + p % 26}. */
final class Streams {

  private static final int BLOCK = 26 * 1024;
  private static final List<Header> BYTES = List.of(new Header("Content-Type", "application/octet-stream"));
  private static final List<Header> EVENTS = List.of(new Header("Content-Type", "text/event-stream"),
      new Header("Cache-Control", "no-store"));

  private record Hold(long afterBytes, Gate gate) {

    /** Arrives at the gate when the stream gets over the limit with these bytes. */
    void pass(long before, long now) {
      if (before < afterBytes && now >= afterBytes) {
        gate.pass();
      }
    }
  }

  private final byte[] block = new byte[BLOCK];
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicInteger brokenOff = new AtomicInteger();
  private volatile Optional<Hold> downloadHold = Optional.empty();
  private volatile Optional<Hold> uploadHold = Optional.empty();
  private volatile Optional<Gate> eventHold = Optional.empty();

  Streams() {
    for (var i = 0; i < BLOCK; i++) {
      block[i] = (byte) ('a' + i % 26);
    }
  }

  void holdDownloadsAfter(long bytes, Gate gate) {
    downloadHold = Optional.of(new Hold(bytes, gate));
  }

  void holdUploadsAfter(long bytes, Gate gate) {
    uploadHold = Optional.of(new Hold(bytes, gate));
  }

  void holdEvents(Gate gate) {
    eventHold = Optional.of(gate);
  }

  long bytesSent() {
    return sent.get();
  }

  long bytesReceived() {
    return received.get();
  }

  int brokenOff() {
    return brokenOff.get();
  }

  void down(Exchange exchange, FormParameters query) throws IOException {
    var length = query.single("bytes").map(Long::parseLong).orElse(0L);
    var chunked = query.single("chunked").filter("true"::equals).isPresent();
    try (var out = chunked ? exchange.streamChunked(200, BYTES) : exchange.streamFixed(200, BYTES, length)) {
      send(out, length);
    } catch (IOException e) {
      brokenOff.incrementAndGet();
      throw e;
    }
  }

  private void send(OutputStream out, long length) throws IOException {
    var hold = downloadHold;
    for (var done = 0L; done < length;) {
      var count = (int) Math.min(BLOCK, length - done);
      out.write(block, 0, count);
      sent.addAndGet(count);
      var before = done;
      done += count;
      if (hold.isPresent()) {
        out.flush();
        hold.get().pass(before, done);
      }
    }
  }

  void up(Exchange exchange) throws IOException {
    var hold = uploadHold;
    var digest = sha256();
    var buffer = new byte[BLOCK];
    var total = 0L;
    for (var count = exchange.body().read(buffer); count >= 0; count = exchange.body().read(buffer)) {
      digest.update(buffer, 0, count);
      received.addAndGet(count);
      var before = total;
      total += count;
      var now = total;
      hold.ifPresent(some -> some.pass(before, now));
    }
    exchange.answer(Json.answer(200, Json.object().put("bytes", total).put("sha256", HexFormat.of().formatHex(digest.digest()))));
  }

  void events(Exchange exchange, FormParameters query) throws IOException {
    var count = query.single("count").map(Integer::parseInt).orElse(3);
    try (var out = exchange.streamChunked(200, EVENTS)) {
      for (var i = 1; i <= count; i++) {
        out.write(("id: " + i + "\nevent: issue\ndata: {\"number\":" + i + "}\n\n").getBytes(StandardCharsets.UTF_8));
        if (i == 1) {
          eventHold.ifPresent(Gate::pass);
        }
      }
    } catch (IOException e) {
      brokenOff.incrementAndGet();
      throw e;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
