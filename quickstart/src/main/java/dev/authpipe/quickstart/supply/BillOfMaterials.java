package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** A software bill of materials in CycloneDX's JSON: what the launcher's class path is made of. */
final class BillOfMaterials {
  private static final String OWN = "dev.authpipe";

  private BillOfMaterials() {}

  /** The components that are not our own. */
  static List<Component> read(String json) throws IOException {
    List<Component> found = new ArrayList<>();
    for (JsonNode one : new ObjectMapper().readTree(json).path("components")) {
      if (!one.path("group").asText().equals(OWN)) {
        found.add(new Component(one.path("group").asText() + ":" + one.path("name").asText(), one.path("version").asText(),
            licences(one.path("licenses")), true, sha256(one.path("hashes"))));
      }
    }
    return found;
  }

  /** What the bill and the lock do not say alike of what ships, a sentence for each. */
  static List<String> differences(List<Component> components, DependencyLock lock) {
    Set<String> billed = new TreeSet<>();
    components.forEach(one -> billed.add(one.name() + ":" + one.version() + " with SHA-256 " + one.sha256()));
    Set<String> locked = new TreeSet<>();
    lock.files().stream().filter(one -> one.use() == Use.SHIPS)
        .forEach(one -> locked.add(one.coordinates() + " with SHA-256 " + one.sha256()));
    List<String> found = new ArrayList<>();
    billed.stream().filter(one -> !locked.contains(one))
        .forEach(one -> found.add("the bill of materials has " + one + ", the lock has not"));
    locked.stream().filter(one -> !billed.contains(one))
        .forEach(one -> found.add("the lock has " + one + ", the bill of materials has not"));
    return found;
  }

  private static List<String> licences(JsonNode all) {
    List<String> found = new ArrayList<>();
    for (JsonNode one : all) {
      JsonNode licence = one.path("license");
      String name = one.path("expression").asText(licence.path("id").asText(licence.path("name").asText()));
      if (!name.isEmpty()) {
        found.add(name);
      }
    }
    return found;
  }

  private static @Nullable String sha256(JsonNode hashes) {
    for (JsonNode one : hashes) {
      if (one.path("alg").asText().equals("SHA-256")) {
        return one.path("content").asText();
      }
    }
    return null;
  }
}
