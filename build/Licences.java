import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Groups the components of a bill of materials by licence. Where a component offers several, one that is known is enough. */
final class Licences {
  private Licences() {}

  /** @param args the bill of materials (CycloneDX, JSON) and the file of known licences, one a line */
  public static void main(String[] args) throws IOException {
    Set<String> known = new TreeSet<>(Files.readAllLines(Path.of(args[1])).stream().map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList());
    TreeMap<String, Set<String>> components = new TreeMap<>();
    Set<String> wrong = new TreeSet<>();
    for (JsonNode component : new ObjectMapper().readTree(Path.of(args[0]).toFile()).path("components")) {
      String name = component.path("group").asText() + ":" + component.path("name").asText() + " " + component.path("version").asText();
      List<String> offered = component.path("licenses").valueStream().map(Licences::name).toList();
      offered.forEach(licence -> components.computeIfAbsent(licence, _ -> new TreeSet<>()).add(name));
      if (offered.stream().noneMatch(known::contains)) {
        wrong.add(name + (offered.isEmpty() ? ": names no licence" : ": " + String.join(", ", offered)));
      }
    }
    components.forEach((licence, all) -> {
      System.out.println(licence + " (" + all.size() + ")");
      all.forEach(component -> System.out.println("  " + component));
    });
    wrong.forEach(line -> System.err.println("licences: not in build/licences.txt: " + line));
    System.exit(wrong.isEmpty() ? 0 : 1);
  }

  private static String name(JsonNode entry) {
    if (entry.hasNonNull("expression")) {
      return entry.path("expression").asText();
    }
    JsonNode licence = entry.path("license");
    return licence.hasNonNull("id") ? licence.path("id").asText() : licence.path("name").asText();
  }
}
