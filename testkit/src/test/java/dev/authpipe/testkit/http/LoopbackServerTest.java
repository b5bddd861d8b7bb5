package dev.authpipe.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackServerTest {

  private final LoopbackServer server = LoopbackServer.start(exchange -> {
    switch (exchange.request().rawPath()) {
      case "/reset" -> exchange.reset();
      case "/drop" -> exchange.drop();
      case "/body" -> exchange.answer(Answer.text(200, exchange.bodyText()));
      default -> exchange.answer(Answer.text(200, "ok"));
    }
  });

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @Tag("S24")
  void requestIsRecordedByteForByte() throws IOException {
    var head = "GET /a/../b%2F//%C3%A4?x=%20&y=a+b&&z HTTP/1.1\r\nhOST:  here \r\nX-B: 2\r\nx-a: 1\r\nX-B: \t3\r\n\r\n";
    send(head);

    var request = server.requests().getFirst();
    assertThat(request.head()).isEqualTo(head.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(request.rawTarget()).isEqualTo("/a/../b%2F//%C3%A4?x=%20&y=a+b&&z");
    assertThat(request.rawPath()).isEqualTo("/a/../b%2F//%C3%A4");
    assertThat(request.rawQuery()).isEqualTo("x=%20&y=a+b&&z");
    assertThat(request.headers()).extracting(Header::name).containsExactly("hOST", "X-B", "x-a", "X-B");
    assertThat(request.headerValues("x-b")).containsExactly("2", "3");
    assertThat(request).hasToString("GET /a/../b%2F//%C3%A4");
  }

  @Test
  void requestsOnOneConnectionAreAnsweredInOrder() throws IOException {
    var chunked = "POST /body HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    var counted = "POST /body HTTP/1.1\r\nContent-Length: 2\r\n\r\nxy";
    var answers = send(chunked + counted + "GET /last HTTP/1.1\r\n\r\n");

    assertThat(answers).containsSubsequence("abcde", "xy", "ok");
    assertThat(server.requests().getFirst().bodyText()).isEqualTo("abcde");
  }

  @ParameterizedTest
  @Tag("S25")
  @ValueSource(strings = {"Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
      "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "Content-Length: +1\r\n\r\na", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "X: a\nY: b\r\n\r\n", "X: a\rb\r\n\r\n",
      "X : a\r\n\r\n",
      "X: a\r\n b\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n"})
  void malformedRequestIsRefusedAndTheConnectionClosed(String rest) throws IOException {
    var answer = send("POST /body HTTP/1.1\r\n" + rest + "GET / HTTP/1.1\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 200");
  }

  @Test
  void fromTheMomentConnectionsAreRefusedNobodyGetsIn() throws IOException {
    for (int round = 0; round < 100; round++) {
      server.refuseConnections();
      assertThatThrownBy(() -> send("GET / HTTP/1.1\r\n\r\n")).as("round %s", round).isInstanceOf(ConnectException.class);
      server.acceptConnections();
      assertThat(send("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
    assertThat(server.requests()).hasSize(100);
  }

  @Test
  void droppedConnectionEndsAndResetConnectionBreaks() throws IOException {
    assertThat(send("GET /drop HTTP/1.1\r\n\r\n")).isEmpty();
    assertThatThrownBy(() -> send("GET /reset HTTP/1.1\r\n\r\n"))
        .isInstanceOf(SocketException.class);
  }

  @ParameterizedTest
  @Tag("S25")
  @EnumSource(BrokenAnswer.class)
  void rawServerSendsExactlyTheseBytes(BrokenAnswer answer) throws IOException {
    try (var raw = RawHttpServer.answering(answer)) {
      assertThat(send(raw.origin().getPort(), "GET /x HTTP/1.1\r\nA: b\r\n\r\n"))
          .isEqualTo(new String(answer.bytes(), StandardCharsets.ISO_8859_1));
      assertThat(raw.requestHeads()).containsExactly("GET /x HTTP/1.1\r\nA: b\r\n\r\n");
    }
  }

  private String send(String bytes) throws IOException {
    return send(server.port(), bytes);
  }

  private static String send(int port, String bytes) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
