package dev.authpipe.control.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

import jakarta.inject.Singleton;

/**
 * The dashboard as its build left it on the class path: one page, and the files that the page names. Never reads a file by a name that a
 * request brought. Thread-safe.
 */
@Singleton
final class DashboardFiles {
  private static final String DIRECTORY = "dashboard/";
  private static final Pattern NAMED = Pattern.compile("\"/assets/([A-Za-z0-9_-]+\\.(js|css|svg))\"");
  private static final Map<String, String> MEDIA_TYPES = Map.of("js", "text/javascript; charset=utf-8", "css",
      "text/css; charset=utf-8", "svg", "image/svg+xml");

  /**
   * A file as it goes out.
   *
   * @param mediaType what it is
   * @param plain     its bytes
   * @param gzipped   the same, compressed
   */
  @SuppressWarnings("ArrayRecordComponent") // written to the network as they are, and changed by nobody
  record File(String mediaType, byte[] plain, byte[] gzipped) {
    static File of(String mediaType, byte[] content) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        gzip.write(content);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      return new File(mediaType, content, compressed.toByteArray());
    }
  }

  private final File page;
  private final Map<String, File> assets = new HashMap<>();

  DashboardFiles() {
    byte[] index = read("index.html");
    this.page = File.of("text/html; charset=utf-8", index);
    Matcher named = NAMED.matcher(new String(index, StandardCharsets.UTF_8));
    while (named.find()) {
      assets.put(named.group(1),
          File.of(MEDIA_TYPES.getOrDefault(named.group(2), "application/octet-stream"), read("assets/" + named.group(1))));
    }
  }

  /** The page. */
  File page() {
    return page;
  }

  /** A file that the page names. */
  Optional<File> asset(String name) {
    return Optional.ofNullable(assets.get(name));
  }

  private static byte[] read(String name) {
    try (InputStream in = DashboardFiles.class.getResourceAsStream(DIRECTORY + name)) {
      if (in == null) {
        throw new IllegalStateException("this build of the control plane has no dashboard: " + name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
