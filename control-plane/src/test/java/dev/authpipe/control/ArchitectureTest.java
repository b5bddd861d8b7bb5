package dev.authpipe.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the control plane's rooms to docs/architecture.md. */
class ArchitectureTest {
  private static final String ROOT = "dev.authpipe.control";

  @Test
  void everyRoomIsDocumentedWithTheSentenceItsPackageStates() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    table().forEach((room, line) -> documented.put(room, line[0]));
    Map<String, String> stated = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/authpipe/control"))) {
      for (Path file : files.filter(f -> f.endsWith("package-info.java")).toList()) {
        Matcher javadoc = Pattern.compile("/\\*\\*\\s*\\*?\\s*(.*?)\\s*\\*/", Pattern.DOTALL).matcher(Files.readString(file));
        assertThat(javadoc.find()).as("%s has a docstring", file).isTrue();
        stated.put(String.valueOf(file.getParent().getFileName()), javadoc.group(1));
      }
    }
    assertThat(stated).isEqualTo(documented);
  }

  @Test
  void arrowsGoOnlyWhereTheTableAllowsAndNeverIntoTheDataPlane() throws IOException {
    Map<String, String[]> table = table();
    JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      for (Dependency arrow : from.getDirectDependenciesFromSelf()) {
        String source = room(from);
        String target = room(arrow.getTargetClass());
        boolean allowed = target.isEmpty() || source.equals(target) || Set.of(table.get(source)[1].split(" ")).contains(target);
        if (!allowed || arrow.getTargetClass().getName().startsWith("dev.authpipe.proxy")) {
          broken.add(source + " -> " + arrow.getTargetClass().getName());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static Map<String, String[]> table() throws IOException {
    String page = Files.readString(Path.of("../docs/architecture.md"));
    String section = page.substring(page.indexOf("## Rooms of the control plane")).split("\n## ", 2)[0];
    Map<String, String[]> lines = new TreeMap<>();
    Matcher line = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.*?) \\| ?(.*?) ?\\|$").matcher(section);
    while (line.find()) {
      lines.put(line.group(1), new String[]{line.group(2), line.group(3)});
    }
    assertThat(lines).hasSizeGreaterThan(10);
    return lines;
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1).split("\\.", 2)[0] : "";
  }
}
