package dev.authpipe.quickstart.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing ships under a licence that nobody decided on. */
@Tag("S91")
class LicenceRulesTest {
  private static final Path ROOT = Path.of("..");
  private static final String RULES = """
      # a comment
      ships | Apache-2.0 | permissive
      builds | MPL-2.0 | goes nowhere
      component org.example:two* | EPL-2.0 + GPL-2.0-only | taken under the EPL
      """;

  @TempDir
  private Path directory;

  @Test
  void whatNoLineAllowsIsRefused() {
    assertThat(faults("org.example:one", true, "AGPL-3.0-only")).containsExactly(
        "org.example:one 1.0, which ships, is under AGPL-3.0-only, which build/licences does not allow");
    assertThat(faults("org.example:one", true)).containsExactly(
        "org.example:one 1.0, which ships, is under no declared licence, which build/licences does not allow");
    assertThat(faults("org.example:one", true, "Apache-2.0", "AGPL-3.0-only")).hasSize(1);
    assertThat(faults("org.example:one", true, "MPL-2.0")).hasSize(1);
    assertThat(faults("org.example:one", true, "EPL-2.0", "GPL-2.0-only")).hasSize(1);
    assertThat(faults("org.example:two", true, "GPL-2.0-only")).hasSize(1);
  }

  @Test
  void whatALineAllowsIsAllowed() {
    assertThat(faults("org.example:one", true, "Apache-2.0")).isEmpty();
    assertThat(faults("npm:one", false, "Apache-2.0", "MPL-2.0")).isEmpty();
    assertThat(faults("org.example:two-a", true, "EPL-2.0", "GPL-2.0-only")).isEmpty();
  }

  @Test
  void aLineThatDecidesOnNothingIsNamed() {
    LicenceRules rules = new LicenceRules(RULES);
    rules.faults(List.of(component("org.example:one", true, "Apache-2.0"), component("npm:one", false, "MPL-2.0")));
    assertThat(rules.idle()).containsExactly(
        "nothing named org.example:two* is under EPL-2.0 + GPL-2.0-only any more: take its line out of build/licences");
  }

  @Test
  void everyPackageOfNpmIsLockedToItsContent() throws IOException {
    List<String> directories = lockedDirectories();
    assertThat(directories).contains("control-plane/dashboard", "sdk-react", "testkit/oidc-provider");
    for (String directory : directories) {
      PackageLock packages = PackageLock.read(ROOT, directory);
      assertThat(packages.faults()).as(directory).isEmpty();
      assertThat(packages.packages()).as(directory).isNotEmpty();
    }
  }

  private static List<String> lockedDirectories() throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        return directory.getFileName() != null
            && Set.of("node_modules", "target", ".git").contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (file.endsWith("package-lock.json")) {
          found.add(ROOT.relativize(file.getParent()).toString());
        }
        return FileVisitResult.CONTINUE;
      }
    });
    return found;
  }

  @Test
  void aPackageOfNpmWithoutHashOrWithAnAddressIsNamed() throws IOException {
    String good = """
        {"lockfileVersion": 3, "packages": {"": {}, "node_modules/one": {"version": "1.0.0", "integrity": "sha512-aa=="}}}""";
    assertThat(new PackageLock("here", good).faults()).isEmpty();
    assertThat(new PackageLock("here", good.replace("sha512-", "sha1-")).faults())
        .containsExactly("here: node_modules/one has no SHA-512");
    assertThat(new PackageLock("here", good.replace("\"version\"", "\"resolved\": \"https://r/one.tgz\", \"version\"")).faults())
        .containsExactly("here: node_modules/one names where it comes from");
    assertThat(new PackageLock("here", good.replace("1.0.0", "^1.0.0")).faults())
        .containsExactly("here: node_modules/one has no fixed version");
    assertThat(new PackageLock("here", good.replace(": 3", ": 2")).faults()).hasSize(1);
  }

  @Test
  void theBillOfMaterialsIsReadAndHeldToTheLock() throws IOException {
    String bill = """
        {"components": [
          {"group": "dev.authpipe", "name": "authpipe-wire", "version": "1"},
          {"group": "a", "name": "b", "version": "1", "hashes": [{"alg": "MD5", "content": "x"}, {"alg": "SHA-256", "content": "%s"}],
           "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Some Licence"}}]},
          {"group": "c", "name": "d", "version": "2", "licenses": [{"expression": "MIT OR Apache-2.0"}]}]}
        """
        .formatted("a".repeat(64));
    List<Component> components = BillOfMaterials.read(bill);
    assertThat(components).extracting(Component::name).containsExactly("a:b", "c:d");
    assertThat(components).extracting(Component::declared).containsExactly("MIT + Some Licence", "MIT OR Apache-2.0");
    DependencyLock lock = new DependencyLock(List.of(LockedFile.of("ships a:b:1 b-1.jar " + "a".repeat(64)),
        LockedFile.of("ships e:f:1 f-1.jar " + "a".repeat(64)), LockedFile.of("tests g:h:1 h-1.jar " + "a".repeat(64))));
    assertThat(BillOfMaterials.differences(components, lock)).hasSize(2)
        .anyMatch(one -> one.contains("bill of materials has c:d:2"))
        .anyMatch(one -> one.contains("the lock has e:f:1"));
  }

  @Test
  void theNoticeHasWhatShipsAndTheTextsOfTheDashboard() throws IOException {
    ThirdPartyNotice notice = new ThirdPartyNotice(
        List.of(component("z:z", true, "MIT"), component("a:a", true, "Apache-2.0"), component("npm:tool", false, "MPL-2.0")));
    Path one = Files.createDirectories(directory.resolve("node_modules/@scope/one"));
    Files.writeString(one.resolve("LICENSE.md"), "Copyright somebody\n");
    Path others = Files.createDirectories(directory.resolve("texts"));
    notice.add(directory, others, new PackageLock.NpmPackage("node_modules/@scope/one", "1.0.0", "MIT", false));
    Files.createDirectories(directory.resolve("node_modules/two"));
    var two = new PackageLock.NpmPackage("node_modules/two", "1.0.0", "MIT", false);
    assertThatThrownBy(() -> notice.add(directory, others, two)).hasMessageContaining("two ships and holds no licence text");
    Files.writeString(others.resolve("two.txt"), "Copyright somebody else\n");
    notice.add(directory, others, two);
    assertThat(notice.text())
        .contains("a:a 1.0  Apache-2.0\nz:z 1.0  MIT\n", "---- @scope/one 1.0.0 ----\n\nCopyright somebody\n",
            "Copyright somebody else")
        .doesNotContain("tool");
  }

  private static List<String> faults(String name, boolean ships, String... licences) {
    return new LicenceRules(RULES).faults(List.of(component(name, ships, licences)));
  }

  private static Component component(String name, boolean ships, String... licences) {
    return new Component(name, "1.0", List.of(licences), ships, null);
  }
}
