package dev.authpipe.testkit.mail;

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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A mail server on loopback (RFC 5321, as far as a client needs it): takes letters and hands each over once. Keeps at most a hundred of at most
 * 64 Ki characters, and prints none. Thread-safe.
 */
public final class MailServer implements AutoCloseable {
  private static final int MOST_LETTERS = 100;
  private static final int MOST_CHARACTERS = 64 * 1024;
  private static final int BACKLOG = 50;

  private final ServerSocket listening;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();
  private final List<Letter> letters = new ArrayList<>();

  private MailServer(ServerSocket listening) {
    this.listening = listening;
    Thread.ofVirtual().name("mail-server").start(this::accept);
  }

  /** Starts one on a free port. */
  public static MailServer start() {
    try {
      return new MailServer(new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[]{127, 0, 0, 1})));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The TCP port on loopback. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Waits for the next letter to somebody and takes it out; empty when none comes in time. */
  public Optional<Letter> take(String to, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        for (Iterator<Letter> each = letters.iterator(); each.hasNext();) {
          Letter letter = each.next();
          if (letter.to().equals(to)) {
            each.remove();
            return Optional.of(letter);
          }
        }
        if (left <= 0) {
          return Optional.empty();
        }
        left = came.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many letters somebody has. */
  public long count(String to) {
    lock.lock();
    try {
      return letters.stream().filter(letter -> letter.to().equals(to)).count();
    } finally {
      lock.unlock();
    }
  }

  private boolean keep(Letter letter) {
    lock.lock();
    try {
      boolean room = letters.size() < MOST_LETTERS;
      if (room) {
        letters.add(letter);
        came.signalAll();
      }
      return room;
    } finally {
      lock.unlock();
    }
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
      say(out, "220 here");
      String to = "";
      for (String line = in.readLine(); line != null && !line.equals("QUIT"); line = in.readLine()) {
        if (line.startsWith("RCPT TO:")) {
          to = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
        }
        if (line.equals("DATA")) {
          say(out, "354 go on");
          say(out, keep(new Letter(to, message(in))) ? "250 kept" : "452 full");
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
  public void close() {
    try {
      listening.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
