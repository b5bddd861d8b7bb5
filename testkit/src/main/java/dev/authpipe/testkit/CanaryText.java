package dev.authpipe.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A random marker that a test puts into a secret to look for it afterwards wherever it must not be: raw, in base64 (either
 * alphabet, any alignment), hex, percent-encoded, and each of these inside gzip, also gzip in gzip.
 *
 * <p>Findings never repeat what was found. Gzip members are unpacked up to 64 MiB; files may be of any size.
 */
public final class CanaryText {

  private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
  private static final int LENGTH = 24;
  private static final int MOST_UNPACKED = 64 * 1024 * 1024;
  private static final int DEEPEST = 2;
  private static final int GZIP = 0x1f8b;
  private static final int WINDOW = 1024 * 1024;

  /** The dress in which a canary was found. */
  public enum Form {
    RAW,
    BASE64,
    HEX,
    URL_ENCODED,
    GZIP
  }

  /** Where a canary was found: its form and the offset of its first byte (for gzip: of the packed member). */
  public record Finding(Form form, long offset, String place) {}

  private final String text;
  private final CanaryForms forms;

  private CanaryText(String text) {
    this.text = text;
    this.forms = CanaryForms.of(text);
  }

  public static CanaryText random(RandomGenerator random) {
    var text = new StringBuilder("canary");
    for (var i = 0; i < LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new CanaryText(text.toString());
  }

  /** A secret that somebody else made at random, as a canary: an API key, a finish code. At least 16 characters. */
  public static CanaryText of(String secret) {
    if (secret.length() < 16) {
      throw new IllegalArgumentException("too short to be told from chance");
    }
    return new CanaryText(secret);
  }

  /** The marker itself: lower-case letters and digits, so that it survives wherever a secret goes. */
  public String text() {
    return text;
  }

  public List<Finding> search(String content) {
    return search(content.getBytes(StandardCharsets.UTF_8));
  }

  public List<Finding> search(byte[] content) {
    var findings = new ArrayList<Finding>();
    search(MemorySegment.ofArray(content), "bytes", 0, findings);
    return findings;
  }

  /** Searches a file, or every file below a directory. */
  public List<Finding> search(Path place) {
    var findings = new ArrayList<Finding>();
    try (var files = Files.walk(place)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        searchFile(file, findings);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return findings;
  }

  @Override
  public String toString() {
    return "a canary";
  }

  private void searchFile(Path file, List<Finding> findings) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ); var arena = Arena.ofConfined()) {
      if (channel.size() > 0) {
        search(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), file.toString(), 0, findings);
      }
    }
  }

  /** Goes over the content in windows: an array is read much faster than a mapped file. */
  private void search(MemorySegment content, String place, int depth, List<Finding> findings) {
    var window = new byte[(int) Math.min(WINDOW + 1, content.byteSize())];
    for (var start = 0L; start < content.byteSize() - 1; start += WINDOW) {
      var length = (int) Math.min(window.length, content.byteSize() - start);
      MemorySegment.copy(content, ValueLayout.JAVA_BYTE, start, window, 0, length);
      for (var i = 0; i < length - 1; i++) {
        var two = (window[i] & 0xff) << 8 | (window[i + 1] & 0xff);
        if (forms.mayBegin(two) || two == GZIP) {
          look(content, start + i, place, depth, findings);
        }
      }
    }
  }

  private void look(MemorySegment content, long at, String place, int depth, List<Finding> findings) {
    var form = forms.at(content, at);
    if (form.isPresent()) {
      findings.add(new Finding(form.get(), at, place));
    } else if (depth < DEEPEST && isGzip(content, at) && isInGzip(content, at, depth)) {
      findings.add(new Finding(Form.GZIP, at, place));
    }
  }

  private static boolean isGzip(MemorySegment content, long at) {
    return content.byteSize() - at > 18 && content.get(ValueLayout.JAVA_BYTE, at) == 0x1f
        && content.get(ValueLayout.JAVA_BYTE, at + 1) == (byte) 0x8b
        && content.get(ValueLayout.JAVA_BYTE, at + 2) == 8;
  }

  private boolean isInGzip(MemorySegment content, long at, int depth) {
    var packed = content.asSlice(at, Math.min(content.byteSize() - at, MOST_UNPACKED)).toArray(ValueLayout.JAVA_BYTE);
    var unpacked = new ArrayList<Finding>();
    search(MemorySegment.ofArray(unpack(new ByteArrayInputStream(packed))), "gzip", depth + 1, unpacked);
    return !unpacked.isEmpty();
  }

  /** As much as can be unpacked: what follows the member, or a cut-off end, is not of interest. */
  private static byte[] unpack(InputStream packed) {
    var unpacked = new ByteArrayOutputStream();
    var buffer = new byte[8 * 1024];
    try (var gzip = new GZIPInputStream(packed)) {
      for (var count = gzip.read(buffer); count >= 0 && unpacked.size() < MOST_UNPACKED; count = gzip.read(buffer)) {
        unpacked.write(buffer, 0, count);
      }
    } catch (ZipException | EOFException e) {
      // Three bytes that look like gzip but are not, or a member without its end: search what came out.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return unpacked.toByteArray();
  }
}
