package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * The front end's files, as they are built of {@code quickstart/web}. They hold no script inline, so that the content security policy needs
 * no exception.
 */
final class Pages {

  private record Page(String file, String mediaType) {}

  private static final Page INDEX = new Page("index.html", "text/html; charset=utf-8");

  private static final Map<String, Page> BY_PATH = Map.of(
      "/", INDEX,
      "/connected", INDEX,
      "/record", INDEX,
      "/tasklight.js", new Page("tasklight.js", "text/javascript; charset=utf-8"),
      "/tasklight.css", new Page("tasklight.css", "text/css; charset=utf-8"),
      "/icon.svg", new Page("icon.svg", "image/svg+xml"));

  Optional<Reply> find(String path) {
    return Optional.ofNullable(BY_PATH.get(path)).map(page -> Reply.bytes(page.mediaType(), read(page.file())));
  }

  private static byte[] read(String file) {
    try (InputStream in = Pages.class.getResourceAsStream("web/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the page " + file + " is not in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the page " + file + " cannot be read", e);
    }
  }
}
