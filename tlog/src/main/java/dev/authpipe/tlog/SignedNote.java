package dev.authpipe.tlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A C2SP signed note: text, then lines {@code — name base64(key id || signature)}. Its text says nothing until {@link #isSignedBy} said yes.
 *
 * @param text       ends with a line end
 * @param signatures at least one
 */
public record SignedNote(String text, List<Line> signatures) {
  private static final int LONGEST = 1 << 20;
  private static final int MOST_SIGNATURES = 64;
  private static final String DASH = "\u2014 ";
  private static final int ID_LENGTH = 4;

  /** One signature line, not checked yet. */
  public static final class Line {
    private final String name;
    private final byte[] content;

    private Line(String name, byte[] content) {
      this.name = name;
      this.content = content;
    }

    private static Line parse(String line) {
      String[] parts = line.startsWith(DASH) ? line.substring(DASH.length()).split(" ", -1) : new String[0];
      if (parts.length != 2 || parts[0].isEmpty() || parts[0].indexOf('+') >= 0) {
        throw new LogFormatException("a signature line of the note is malformed");
      }
      byte[] content = Hash.base64(parts[1]);
      if (content.length <= ID_LENGTH) {
        throw new LogFormatException("a signature of the note is too short");
      }
      return new Line(parts[0], content);
    }

    private boolean isOf(VerifierKey key) {
      return key.name().equals(name) && key.id().equals(HexFormat.of().formatHex(content, 0, ID_LENGTH));
    }

    @Override
    public String toString() {
      return DASH + name + " " + Base64.getEncoder().encodeToString(content) + "\n";
    }
  }

  /** Checks the form. */
  public SignedNote {
    signatures = List.copyOf(signatures);
    boolean control = text.chars().anyMatch(c -> c < 0x20 && c != '\n');
    if (!text.endsWith("\n") || control || text.length() > LONGEST) {
      throw new LogFormatException("the text of a note is lines without control characters");
    }
    if (signatures.isEmpty() || signatures.size() > MOST_SIGNATURES) {
      throw new LogFormatException("a note has 1 to " + MOST_SIGNATURES + " signatures");
    }
  }

  /**
   * Reads a note; its signatures are not checked.
   *
   * @throws LogFormatException if it is not a signed note
   */
  public static SignedNote parse(String note) {
    int blank = note.lastIndexOf("\n\n");
    if (note.length() > LONGEST || blank < 0 || !note.endsWith("\n")) {
      throw new LogFormatException("not a signed note: text, an empty line and signature lines");
    }
    List<Line> lines = new ArrayList<>();
    String block = note.substring(blank + 2);
    for (String line : block.isEmpty() ? new String[0] : block.substring(0, block.length() - 1).split("\n", -1)) {
      lines.add(Line.parse(line));
    }
    return new SignedNote(note.substring(0, blank + 1), lines);
  }

  /**
   * Signs a text.
   *
   * @param key    the public half
   * @param signer Ed25519 over the bytes it is given; holds the private half
   */
  public static SignedNote sign(String text, VerifierKey key, UnaryOperator<byte[]> signer) {
    byte[] signature = signer.apply(text.getBytes(StandardCharsets.UTF_8));
    byte[] content = Arrays.copyOf(HexFormat.of().parseHex(key.id()), ID_LENGTH + signature.length);
    System.arraycopy(signature, 0, content, ID_LENGTH, signature.length);
    return new SignedNote(text, List.of(new Line(key.name(), content)));
  }

  /** Whether a line of the key is there, and every line of the key is a signature of this text. */
  public boolean isSignedBy(VerifierKey key) {
    boolean signed = false;
    for (Line line : signatures) {
      if (line.isOf(key)) {
        if (!key.verifies(text, Arrays.copyOfRange(line.content, ID_LENGTH, line.content.length))) {
          return false;
        }
        signed = true;
      }
    }
    return signed;
  }

  /** The note as it is sent and kept. */
  @Override
  public String toString() {
    StringBuilder note = new StringBuilder(text).append('\n');
    signatures.forEach(note::append);
    return note.toString();
  }
}
