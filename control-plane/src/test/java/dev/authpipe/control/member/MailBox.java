package dev.authpipe.control.member;

import java.time.Duration;

import dev.authpipe.testkit.mail.Letter;
import dev.authpipe.testkit.mail.MailServer;

/** The letters that the control plane sent, of which a test expects each. */
public final class MailBox {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MailServer server = MailServer.start();

  MailBox() {}

  /** One letter, which a test knows to have a code or none. */
  public record Mail(Letter letter) {
    /** Head and body. */
    public String text() {
      return letter.text();
    }

    /** The code at the end of the letter's link. */
    public String code() {
      return letter.code().orElseThrow(() -> new AssertionError("the letter has no code"));
    }
  }

  int port() {
    return server.port();
  }

  /** Waits for the next letter to somebody and takes it out. */
  public Mail take(String to) {
    try {
      return server.take(to, PATIENCE).map(Mail::new).orElseThrow(() -> new AssertionError("no letter to " + to));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a letter", interrupted);
    }
  }

  /** How many letters somebody has. */
  long count(String to) {
    return server.count(to);
  }
}
