package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A {@code package-lock.json} of npm, which {@code npm ci} follows to the byte. */
final class PackageLock {
  private final String name;
  private final JsonNode lock;

  /**
   * One package.
   *
   * @param path in {@code node_modules}
   */
  record NpmPackage(String path, String version, String licence, boolean development) {
    String name() {
      return path.substring(path.lastIndexOf("node_modules/") + "node_modules/".length());
    }
  }

  PackageLock(String name, String json) throws IOException {
    this.name = name;
    this.lock = new ObjectMapper().readTree(json);
  }

  static PackageLock read(Path root, String directory) throws IOException {
    return new PackageLock(directory, Files.readString(root.resolve(directory).resolve("package-lock.json")));
  }

  List<NpmPackage> packages() {
    List<NpmPackage> found = new ArrayList<>();
    lock.path("packages").properties().stream().filter(one -> !one.getKey().isEmpty())
        .forEach(one -> found.add(new NpmPackage(one.getKey(), one.getValue().path("version").asText(),
            one.getValue().path("license").asText("none"), one.getValue().path("dev").asBoolean())));
    return found;
  }

  /** What keeps this lock from fixing every package's content wherever it is fetched, a sentence for each. */
  List<String> faults() {
    List<String> found = new ArrayList<>();
    if (lock.path("lockfileVersion").asInt() != 3) {
      found.add("%s: the lock is not of version 3".formatted(name));
    }
    lock.path("packages").properties().stream().filter(one -> !one.getKey().isEmpty()).forEach(one -> {
      JsonNode entry = one.getValue();
      if (!entry.path("integrity").asText().startsWith("sha512-")) {
        found.add("%s: %s has no SHA-512".formatted(name, one.getKey()));
      }
      if (entry.has("resolved") || entry.path("link").asBoolean()) {
        found.add("%s: %s names where it comes from".formatted(name, one.getKey()));
      }
      if (!entry.path("version").asText().matches("\\d+\\.\\d+\\.\\d+[\\w.+-]*")) {
        found.add("%s: %s has no fixed version".formatted(name, one.getKey()));
      }
    });
    return found;
  }
}
