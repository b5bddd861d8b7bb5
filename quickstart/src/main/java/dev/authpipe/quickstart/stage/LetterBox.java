package dev.authpipe.quickstart.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.authpipe.quickstart.flow.StepFailure;

/**
 * The mail server of the demonstration (RFC 5321, as far as a client needs it): takes letters on loopback and hands them over once. Keeps at
 * most a hundred letters of at most 64 KiB, and prints none.
 */
public final class LetterBox implements AutoCloseable {
  private static final Pattern CODE = Pattern.compile("/#/[a-z/-]+/([A-Za-z0-9_-]{43})");
  private static final int MOST_LETTERS = 100;
  private static final int MOST_CHARACTERS = 64 * 1024;

  private record Letter(String to, String text) {}

  private final ServerSocket listening;
  private final BlockingQueue<Letter> letters = new LinkedBlockingQueue<>(MOST_LETTERS);

  private LetterBox(ServerSocket listening) {
    this.listening = listening;
    Thread.ofVirtual().name("letter-box").start(this::accept);
  }

  /** Opens one on a free port. */
  public static LetterBox open() throws IOException {
    return new LetterBox(new ServerSocket(0, 10, InetAddress.getByAddress(new byte[]{127, 0, 0, 1})));
  }

  /** The TCP port on loopback. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Waits for the next letter, which has to be to this address, and answers the code at the end of its link. */
  public String code(String to, Duration patience) throws InterruptedException {
    Letter letter = letters.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (letter == null || !letter.to.equals(to)) {
      throw new StepFailure("a letter to " + to, letter == null ? "none" : "one to somebody else");
    }
    Matcher code = CODE.matcher(letter.text);
    if (!code.find()) {
      throw new StepFailure("a code in the letter", "none");
    }
    return code.group(1);
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
      say(out, "220 demo");
      String to = "";
      for (String line = in.readLine(); line != null && !line.equals("QUIT"); line = in.readLine()) {
        if (line.startsWith("RCPT TO:")) {
          to = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
        }
        if (line.equals("DATA")) {
          say(out, "354 go on");
          say(out, letters.offer(new Letter(to, message(in))) ? "250 kept" : "452 full");
        } else {
          say(out, "250 ok");
        }
      }
      say(out, "221 bye");
    } catch (IOException | IndexOutOfBoundsException gone) {
      // The client left, or speaks something else; it gets no letter through.
    }
  }

  /** The message, with the soft line breaks of quoted-printable joined. */
  private static String message(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      if (text.length() + line.length() > MOST_CHARACTERS) {
        throw new IOException("the letter is too long");
      }
      text.append(line).append('\n');
    }
    return text.toString().replace("=\n", "").replace("=3D", "=");
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
