package dev.authpipe.proxy.browser;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * What pages say that the server writes, in each language: {@code words-….properties} of a directory of resources, in UTF-8. What they say is
 * ours, never a provider's.
 */
public final class PageWords {
  private final Map<Language, Properties> words = new EnumMap<>(Language.class);

  /** Reads all languages of a directory. */
  public PageWords(String directory) {
    for (Language language : Language.values()) {
      String name = "words-" + language.tag() + ".properties";
      Properties read = new Properties();
      try {
        read.load(new StringReader(
            new String(Objects.requireNonNull(Pages.files(directory, List.of(name)).get(name)), StandardCharsets.UTF_8)));
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
      words.put(language, read);
    }
  }

  /** A word that must be there. */
  public String say(Language language, String name) {
    return find(language, name).orElseThrow(() -> new IllegalArgumentException("no word " + name));
  }

  /** A word that may be there. */
  public Optional<String> find(Language language, String name) {
    return Optional.ofNullable(Objects.requireNonNull(words.get(language)).getProperty(name));
  }
}
