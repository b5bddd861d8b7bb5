package dev.authpipe.tlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A statement that is kept and verified without the program that made it: a receipt, a report. Its kind is the first line of what is signed, so
 * that no document passes for one of another kind, nor for a checkpoint (docs/document-format.md). Never trusted before its note is verified.
 *
 * @param kind    names what the members mean
 * @param body    one flat or once nested object of strings, integers and booleans
 * @param entries any number of such objects, in an order that counts
 */
public record SignedDocument(String kind, Map<String, Object> body, List<Map<String, Object>> entries) {
  /** Most entries of one document. */
  public static final int MOST_ENTRIES = 4_000;

  private static final String FIRST = "authpipe document 1 ";
  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  /** Checks the limits and copies. */
  public SignedDocument {
    if (!KIND.matcher(kind).matches()) {
      throw new LogFormatException("the kind of a document is a word");
    }
    if (entries.size() > MOST_ENTRIES) {
      throw new LogFormatException("a document has at most " + MOST_ENTRIES + " entries");
    }
    body = Map.copyOf(body);
    entries = entries.stream().map(Map::copyOf).toList();
  }

  /** The bytes that are signed: the kind, the body and each entry on a line of its own. */
  public String text() {
    StringBuilder text = new StringBuilder(FIRST).append(kind).append('\n').append(line(body));
    entries.forEach(entry -> text.append(line(entry)));
    return text.toString();
  }

  /**
   * Opens a note.
   *
   * @param kind the one that is expected
   * @throws LogFormatException if the key did not sign it, or it is no document of that kind
   */
  public static SignedDocument open(SignedNote note, VerifierKey key, String kind) {
    if (!note.isSignedBy(key)) {
      throw new LogFormatException("the document is not signed by the key " + key.name() + "+" + key.id());
    }
    SignedDocument document = parse(note.text());
    if (!document.kind.equals(kind)) {
      throw new LogFormatException("this is no " + kind + " but another document: " + document.kind);
    }
    return document;
  }

  private static SignedDocument parse(String text) {
    String[] lines = text.split("\n", -1); // the last is empty: a note's text ends with a line end
    if (!lines[0].startsWith(FIRST) || lines.length < 3) {
      throw new LogFormatException("the note is not a document: its kind, its body, its entries");
    }
    List<Map<String, Object>> entries = new ArrayList<>();
    for (String line : List.of(lines).subList(2, lines.length - 1)) {
      entries.add(CanonicalJson.read(line.getBytes(StandardCharsets.UTF_8)));
    }
    return new SignedDocument(lines[0].substring(FIRST.length()), CanonicalJson.read(lines[1].getBytes(StandardCharsets.UTF_8)),
        entries);
  }

  private static String line(Map<String, Object> object) {
    return new String(CanonicalJson.write(object), StandardCharsets.UTF_8) + "\n";
  }
}
