package dev.authpipe.proxy.ops;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.ExchangeHandler;

/** Answers that no path of the link has, whatever was asked. Each says what the proxy's audit log may make of it. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are copies that nobody changes
enum HostileAnswer {
  NEVER("never answers", "link_late") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return _ -> pause(20_000);
    }
  },
  ENDLESS_HEAD("a head of two megabytes", "link_broken") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.of(200).with("X", "y".repeat(2_000_000)));
    }
  },
  GIGABYTE("a gigabyte", "link_too_large", "link_late") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return HostileAnswer::gigabyte;
    }
  },
  CUT_SHORT("a megabyte announced, ten bytes sent", "link_broken") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answerCutShort(Answer.json(200, "{}").body(new byte[1_000_000]), 10);
    }
  },
  DRIPS("a byte every tenth of a second", "link_late") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return HostileAnswer::drip;
    }
  },
  HALF_CLOSED("TLS closed halfway, in the middle of an answer", "link_broken", "link_late") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answerHalfClosed(Answer.json(200, "{}").body(new byte[1_000]), 10);
    }
  },
  RESETS("a reset", "link_broken") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return Exchange::reset;
    }
  },
  REDIRECTS("a redirect to another server", "link_status") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.redirect(302, elsewhere));
    }
  },
  REDIRECTS_FOR_GOOD("a permanent redirect that keeps method and body", "link_status") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.redirect(308, elsewhere));
    }
  },
  ADVERTISES("another server in every header that names one, and a cookie", "link_malformed") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.json(200, "{}").with("Alt-Svc", "h2=\"" + elsewhere.getAuthority() + "\"")
          .with("Refresh", "0; url=" + elsewhere).with("Location", elsewhere.toString())
          .with("Link", "<" + elsewhere + ">; rel=next")
          .with("Set-Cookie", "id=1; Path=/").with("Content-Location", elsewhere.toString()));
    }
  },
  ASKS_FOR_PASSWORDS("asks for a password", "link_unknown_here") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.of(401).with("WWW-Authenticate", "Basic realm=\"api_key\""));
    }
  },
  ERRORS("an error that asks to come again at once", "link_status") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.json(500, "{}").with("Retry-After", "0"));
    }
  },
  TWICE("two answers for one request", "link_malformed", "link_broken") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      String one = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";
      return exchange -> exchange.answerRaw((one + one).getBytes(StandardCharsets.US_ASCII));
    }
  },
  ALMOST("ten thousand times: go on", "link_broken", "link_late", "link_malformed") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answerRaw("HTTP/1.1 100 Continue\r\n\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
    }
  },
  BOMB("a megabyte that unpacks to a gigabyte", "link_malformed", "link_too_large") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.json(200, "").with("Content-Encoding", "gzip").body(BOMB_BYTES));
    }
  },
  NO_JSON("a web page", "link_malformed") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.html(200, "<h1>hello</h1>"));
    }
  },
  ANOTHER_VERSION("a document of a later format", "link_malformed") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return json("{\"v\":2}");
    }
  },
  NESTED("JSON a hundred thousand deep", "link_malformed", "link_too_large") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return json("[".repeat(100_000));
    }
  },
  HUGE_NUMBERS("numbers beyond every number", "link_malformed") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return json("{\"v\":1,\"version\":1e999999999,\"next\":" + "9".repeat(10_000) + "}");
    }
  },
  DOUBLE_MEMBERS("members given twice", "link_malformed") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return json("{\"v\":1,\"v\":1,\"next\":1,\"next\":2,\"commands\":[],\"commands\":[]}");
    }
  },
  EMPTY_OBJECTS("a million and a half empty objects", "link_malformed", "link_too_large", "link_late") {
    @Override
    ExchangeHandler handler(URI elsewhere) {
      return exchange -> exchange.answer(Answer.json(200, "").body(OBJECTS_BYTES));
    }
  };

  private static final byte[] BOMB_BYTES = bomb();
  private static final byte[] OBJECTS_BYTES = ("{\"v\":1,\"workspaces\":[" + "{},".repeat(1_500_000) + "{}]}")
      .getBytes(StandardCharsets.US_ASCII);

  private final String words;
  private final Set<String> audited;

  HostileAnswer(String words, String... audited) {
    this.words = words;
    this.audited = Set.of(audited);
  }

  /** @param elsewhere where it would like requests to go */
  abstract ExchangeHandler handler(URI elsewhere);

  String words() {
    return words;
  }

  Set<String> audited() {
    return audited;
  }

  private static ExchangeHandler json(String body) {
    return exchange -> exchange.answer(Answer.json(200, body));
  }

  private static void pause(int milliseconds) throws IOException {
    try {
      if (new CountDownLatch(1).await(milliseconds, TimeUnit.MILLISECONDS)) {
        throw new IOException("nobody counts it down");
      }
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }

  private static void gigabyte(Exchange exchange) throws IOException {
    byte[] piece = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = exchange.streamChunked(200, List.of())) {
      for (int i = 0; i < 1024; i++) {
        out.write(piece);
      }
    }
  }

  private static void drip(Exchange exchange) throws IOException {
    try (OutputStream out = exchange.streamChunked(200, List.of())) {
      for (int i = 0; i < 200; i++) {
        out.write(' ');
        pause(100);
      }
    }
  }

  private static byte[] bomb() {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(member)) {
      out.write(new byte[1 << 20]);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 1024; i++) {
      all.writeBytes(member.toByteArray());
    }
    return all.toByteArray();
  }
}
