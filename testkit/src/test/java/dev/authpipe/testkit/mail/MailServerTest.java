package dev.authpipe.testkit.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;

class MailServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void lettersAreKeptByRecipientAndHandedOverOnce() throws Exception {
    try (MailServer server = MailServer.start()) {
      String code = "c".repeat(43);
      assertThat(send(server, "ben@example.com", "hello")).isEqualTo("250 kept");
      assertThat(send(server, "ada@example.com",
          "go to http://127.0.0.1/#/verify/" + code.substring(0, 20) + "=\r\n" + code.substring(20)))
          .isEqualTo("250 kept");
      assertThat(server.count("ada@example.com")).isEqualTo(1);
      assertThat(server.take("ada@example.com", PATIENCE).flatMap(Letter::code)).hasValue(code);
      assertThat(server.take("ada@example.com", Duration.ZERO)).isEmpty();
      assertThat(server.take("ben@example.com", PATIENCE).flatMap(Letter::code)).isEmpty();
    }
  }

  @Test
  void afterAHundredLettersThereIsNoRoom() throws Exception {
    try (MailServer server = MailServer.start()) {
      for (int i = 0; i < 100; i++) {
        assertThat(send(server, "ada@example.com", "x")).isEqualTo("250 kept");
      }
      assertThat(send(server, "ada@example.com", "x")).isEqualTo("452 full");
    }
  }

  /** Sends a letter and returns what became of it. */
  private static String send(MailServer server, String to, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), server.port())) {
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      socket.getOutputStream()
          .write(("RCPT TO:<" + to + ">\r\nDATA\r\n" + text + "\r\n.\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
      in.readLine();
      in.readLine();
      in.readLine();
      return in.readLine();
    }
  }
}
