package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.proxy.browser.Language;

/** The files that the hosted page is made of. */
class HostedPageFilesTest {
  private static final Path FILES = Path.of("src/main/resources/connect");
  private static final Path ENTRY = Path.of("src/main/resources/client-secret");
  private static final Pattern MEMBER = Pattern.compile("(?m)(?:^ *|[{,] )([a-zA-Z_]+): (?=[\"(`{])");
  private static final long LARGEST_LOGO_AS_TEXT = 24 * 1024 / 3 * 4 + 22;

  @ParameterizedTest
  @EnumSource
  void eachLanguageSaysEverything(Language language) throws IOException {
    assertThat(words(language).stringPropertyNames()).isEqualTo(words(Language.EN).stringPropertyNames());
    assertThat(words(language).values()).allSatisfy(word -> assertThat(word.toString()).isNotBlank());
    assertThat(members(FILES, language)).hasSizeGreaterThan(40).isEqualTo(members(FILES, Language.EN));
    assertThat(members(ENTRY, language)).hasSizeGreaterThan(30).isEqualTo(members(ENTRY, Language.EN));
  }

  @Test
  void allOfItIsBelowSixtyKilobytesWithTheLargestLogo() throws IOException {
    long size = LARGEST_LOGO_AS_TEXT + Files.size(FILES.resolve("strings-fr.js"));
    for (String part : List.of("index.html", "page.css", "page.js", "parts.js", "theme.js")) {
      size += Files.size(FILES.resolve(part));
    }
    assertThat(size).isLessThan(60_000);
  }

  @Test
  @Tag("S65")
  void nothingIsAskedOfAnybodyElseAndNothingIsWrittenAsMarkup() throws IOException {
    for (Path directory : List.of(FILES, ENTRY)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          assertThat(Files.readString(file)).as(file.toString()).doesNotContain("http:", "https:", "//cdn", "@import", "url(",
              "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage", "postMessage", "opener");
        }
      }
    }
  }

  private static Properties words(Language language) throws IOException {
    Properties words = new Properties();
    try (var file = Files.newBufferedReader(FILES.resolve("words-" + language.tag() + ".properties"), StandardCharsets.UTF_8)) {
      words.load(file);
    }
    return words;
  }

  private static List<String> members(Path files, Language language) throws IOException {
    return MEMBER.matcher(Files.readString(files.resolve("strings-" + language.tag() + ".js"))).results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new)).stream().toList();
  }
}
