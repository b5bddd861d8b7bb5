package dev.authpipe.quickstart.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every page that people read, with what is quoted in it. */
final class Pages {
  private static final Path REPOSITORY = Path.of("..");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`|```[a-z]*\\n(.*?)```", Pattern.DOTALL);

  private Pages() {}

  /**
   * One page.
   *
   * @param path from the root of the repository
   */
  record Page(Path path, String text) {
    /** What stands in code spans and code blocks. */
    List<String> code() {
      return found(CODE).stream().map(match -> match.group(1) == null ? match.group(2) : match.group(1)).toList();
    }

    List<MatchResult> found(Pattern pattern) {
      return pattern.matcher(text).results().toList();
    }

    /** Where a relative link of this page leads. */
    Path target(String link) {
      Path here = REPOSITORY.resolve(path).getParent();
      return here.resolve(link).normalize();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** README and its neighbours, and everything under docs. */
  static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    try (Stream<Path> root = Files.list(REPOSITORY);
        Stream<Path> docs = Files.walk(REPOSITORY.resolve("docs"));
        Stream<Path> sdk = Files.list(REPOSITORY.resolve("sdk-java"))) {
      Stream.of(root, docs, sdk).flatMap(one -> one).filter(file -> file.toString().endsWith(".md")).sorted()
          .forEach(file -> pages.add(read(file)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return pages;
  }

  private static Page read(Path file) {
    try {
      return new Page(REPOSITORY.relativize(file), Files.readString(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
