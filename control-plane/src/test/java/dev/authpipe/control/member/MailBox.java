package dev.authpipe.control.member;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;

/** An SMTP server on loopback that keeps every letter (RFC 5321, as far as a client needs it). */
public final class MailBox {
  /** One letter: the recipient of the envelope, and the message with soft line breaks joined. */
  public record Mail(String to, String text) {
    /** The code at the end of the letter's link. */
    public String code() {
      Matcher link = Pattern.compile("/#/[a-z/-]+/([A-Za-z0-9_-]{43})").matcher(text);
      if (!link.find()) {
        throw new AssertionError("the letter has no code");
      }
      return link.group(1);
    }
  }

  private final ServerSocket listening;
  private final ConcurrentLinkedQueue<Mail> mails = new ConcurrentLinkedQueue<>();

  MailBox() {
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Waits for the next letter to somebody and takes it out. */
  public Mail take(String to) {
    Mail[] taken = new Mail[1];
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
      Optional<Mail> found = mails.stream().filter(mail -> mail.to.equals(to)).findFirst();
      found.ifPresent(mail -> {
        mails.remove(mail);
        taken[0] = mail;
      });
      return found.isPresent();
    });
    return taken[0];
  }

  /** How many letters somebody has. */
  long count(String to) {
    return mails.stream().filter(mail -> mail.to.equals(to)).count();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      OutputStream out = socket.getOutputStream();
      say(out, "220 test");
      String to = "";
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("RCPT TO:")) {
          to = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
        }
        if (line.equals("DATA")) {
          say(out, "354 go on");
          mails.add(new Mail(to, message(in)));
        }
        if (line.equals("QUIT")) {
          say(out, "221 bye");
          return;
        }
        say(out, "250 ok");
      }
    } catch (IOException gone) {
      // the client left, which is its right
    }
  }

  private static String message(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line).append('\n');
    }
    return text.toString().replace("=\n", "").replace("=3D", "=");
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
