package dev.authpipe.tlog;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a C2SP tlog-checkpoint: which log, its size and its root, with one extension line of ours. Never trusted before its note is
 * verified.
 *
 * @param origin names the log: {@code authpipe/deployment/log}
 * @param size   how many events
 * @param root   the tree's root at that size
 * @param epoch  how often the store was restored
 * @param time   when it was made, by the database's clock, in milliseconds
 */
public record Checkpoint(String origin, long size, Hash root, int epoch, Instant time) {
  private static final Pattern TEXT = Pattern.compile(
      "([^\\n]+)\\n(0|[1-9][0-9]{0,15})\\n([A-Za-z0-9+/]{43}=)\\nepoch (0|[1-9][0-9]{0,8}) time (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)\\n");
  private static final Pattern ORIGIN = Pattern
      .compile(
          "authpipe/[a-z0-9][a-z0-9-]{0,62}/(?:vault|client_secrets|control|(?:client_secrets/|control/)?wks_[0-7][0-9a-hjkmnp-tv-z]{25})");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
      .withZone(ZoneOffset.UTC);

  /** Checks the forms. */
  public Checkpoint {
    if (!ORIGIN.matcher(origin).matches()) {
      throw new LogFormatException("the origin is not that of a log of Authpipe");
    }
    if (size < 0 || size > CanonicalJson.LARGEST_INTEGER || epoch < 0) {
      throw new LogFormatException("size and epoch are not negative");
    }
  }

  /**
   * Reads the text of a note.
   *
   * @throws LogFormatException if it is not the text of a checkpoint
   */
  public static Checkpoint parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new LogFormatException("the note is not a checkpoint: origin, size, root, and a line with epoch and time");
    }
    try {
      return new Checkpoint(parts.group(1), Long.parseLong(parts.group(2)), Hash.ofBase64(parts.group(3)),
          Integer.parseInt(parts.group(4)), Instant.parse(parts.group(5)));
    } catch (DateTimeException wrong) {
      throw new LogFormatException("the time of the checkpoint does not exist");
    }
  }

  /**
   * Opens a note.
   *
   * @throws LogFormatException if the key did not sign it, if it is no checkpoint, or of a log that is not the key's
   */
  public static Checkpoint open(SignedNote note, VerifierKey key) {
    if (!note.isSignedBy(key)) {
      throw new LogFormatException("the checkpoint is not signed by the key " + key.name() + "+" + key.id());
    }
    Checkpoint checkpoint = parse(note.text());
    if (!checkpoint.origin.startsWith(key.name() + "/")) {
      throw new LogFormatException("the checkpoint is of a log that is not the key's: " + checkpoint.origin);
    }
    return checkpoint;
  }

  /** The bytes that are signed. */
  public String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\nepoch " + epoch + " time " + TIME.format(time) + "\n";
  }
}
