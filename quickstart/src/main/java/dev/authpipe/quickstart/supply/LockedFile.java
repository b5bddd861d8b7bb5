package dev.authpipe.quickstart.supply;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One file of a Maven repository, with what it is for and the SHA-256 of its content.
 *
 * @param module  group and artifact, {@code io.netty:netty-buffer}
 * @param version exact, never a range
 * @param file    the file's name, which also tells a classifier
 * @param sha256  in hexadecimal; null: the file is not in the local repository, so nothing was built with it
 */
record LockedFile(Use use, String module, String version, String file, @Nullable String sha256) {
  private static final Pattern LINE = Pattern
      .compile("(ships|tests|builds) ([\\w.-]+:[\\w.-]+):([\\w.+-]+) (\\S+) ([0-9a-f]{64})");

  static final Comparator<LockedFile> ORDER = Comparator.comparing(LockedFile::module).thenComparing(LockedFile::file);

  static LockedFile of(String line) {
    Matcher match = LINE.matcher(line);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a line of a lock: " + line);
    }
    return new LockedFile(Use.valueOf(match.group(1).toUpperCase(Locale.ROOT)), match.group(2), match.group(3), match.group(4),
        match.group(5));
  }

  String line() {
    return use.word() + " " + coordinates() + " " + file + " " + sha256;
  }

  String coordinates() {
    return module + ":" + version;
  }

  /** What stays when the version changes. */
  String place() {
    return module + " " + file.replace(version, "*");
  }

  /** A version that may mean another file tomorrow. */
  boolean isMoving() {
    return isMoving(version);
  }

  static boolean isMoving(String version) {
    return !version.matches("[\\w.+-]+") || version.matches(".*SNAPSHOT|LATEST|RELEASE");
  }
}
