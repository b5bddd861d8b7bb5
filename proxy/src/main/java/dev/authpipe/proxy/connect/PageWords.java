package dev.authpipe.proxy.connect;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.http.ErrorCode;

/** What pages say that the server writes, in each language: {@code connect/words-….properties}, in UTF-8. */
final class PageWords {
  private static final String OTHERWISE = "otherwise";

  private final Map<Language, Properties> words = new EnumMap<>(Language.class);

  PageWords() {
    for (Language language : Language.values()) {
      Properties read = new Properties();
      try (Reader file = new InputStreamReader(Objects.requireNonNull(
          PageWords.class.getResourceAsStream("/connect/words-" + language.tag() + ".properties")), StandardCharsets.UTF_8)) {
        read.load(file);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
      words.put(language, read);
    }
  }

  /** A word that must be there. */
  String say(Language language, String name) {
    return Objects.requireNonNull(in(language).getProperty(name), name);
  }

  /** What went wrong, as a heading. */
  String title(Language language, ErrorCode code) {
    return of(language, code, ".title");
  }

  /** What the person can do now. */
  String nextStep(Language language, ErrorCode code) {
    return of(language, code, ".text");
  }

  private String of(Language language, ErrorCode code, String part) {
    return Optional.ofNullable(in(language).getProperty(code.code() + part)).orElseGet(() -> say(language, OTHERWISE + part));
  }

  private Properties in(Language language) {
    return Objects.requireNonNull(words.get(language));
  }
}
