package dev.authpipe.quickstart.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build takes from Maven repositories is what was reviewed, to the byte. */
@Tag("S91")
class DependencyLockTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final String LOCKED = "ships io.netty:netty-buffer:4.2.20.Final netty-buffer-4.2.20.Final.jar " + A;

  @TempDir
  private Path directory;

  @Test
  void whatThisBuildResolvedIsWhatIsLocked() throws IOException {
    Path repository = Path
        .of(System.getProperty("authpipe.repository", System.getProperty("user.home") + "/.m2/repository"));
    DependencyLock locked = DependencyLock.read(SupplyCheck.lockFile(ROOT));
    assertThat(locked.differences(ResolvedDependencies.of(ROOT, repository)))
        .as("if this was meant, run build/lock-dependencies and look at what it changes").isEmpty();
    assertThat(locked.files()).hasSizeGreaterThan(150);
    assertThat(locked.text()).isEqualTo(Files.readString(SupplyCheck.lockFile(ROOT)));
  }

  @Test
  void everyVersionInTheBuildIsFixed() throws IOException {
    assertThat(BuildFiles.read(ROOT).moving()).isEmpty();
  }

  @Test
  void anotherContentOfTheSameVersionIsNamed() {
    assertThat(differences(LOCKED.replace(A, B))).containsExactly("io.netty:netty-buffer:4.2.20.Final"
        + " (netty-buffer-4.2.20.Final.jar) has another content than was locked: SHA-256 " + B + ", not " + A);
  }

  @Test
  void whatIsNewGoneOrOfAnotherVersionIsNamed() {
    String added = "tests org.example:added:1.0 added-1.0.jar " + A;
    assertThat(differences(LOCKED + "\n" + added))
        .containsExactly("org.example:added:1.0 (added-1.0.jar) is for compiling and tests and is not locked");
    assertThat(differences("")).containsExactly(
        "io.netty:netty-buffer:4.2.20.Final (netty-buffer-4.2.20.Final.jar) is locked, and nothing uses it");
    assertThat(differences(LOCKED.replace("4.2.20", "4.2.21")))
        .containsExactly("io.netty:netty-buffer is 4.2.21.Final, and 4.2.20.Final is locked");
    assertThat(differences(LOCKED.replace("ships", "tests"))).singleElement().asString()
        .contains("is for compiling and tests, and was locked as what ships");
    assertThat(differences(LOCKED)).isEmpty();
  }

  @Test
  void aVersionThatMayBeAnotherTomorrowIsNamed() throws IOException {
    assertThat(differences(LOCKED + "\nships a:b:1-SNAPSHOT b-1-SNAPSHOT.jar " + A))
        .contains("a:b:1-SNAPSHOT has no fixed version");
    for (String version : List.of("[1,2)", "LATEST", "RELEASE", "1.0-SNAPSHOT", "${nowhere}")) {
      Files.writeString(directory.resolve("pom.xml"), """
          <project><artifactId>planted</artifactId><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId>
          <version>%s</version></dependency></dependencies></project>
          """.formatted(version));
      assertThat(BuildFiles.read(directory).moving()).as(version).singleElement().asString()
          .startsWith("b of planted has no fixed version");
    }
    Files.writeString(directory.resolve("pom.xml"), """
        <project><artifactId>planted</artifactId><properties><p.version>3.1</p.version></properties><build><plugins>
        <plugin><artifactId>unversioned</artifactId></plugin>
        <plugin><artifactId>versioned</artifactId><version>${p.version}</version></plugin></plugins></build></project>
        """);
    assertThat(BuildFiles.read(directory).moving()).containsExactly("unversioned of planted has no fixed version: null");
  }

  @Test
  void aModuleThatWasNotBuiltAndAJarFromNoRepositoryAreSaid() throws IOException {
    Files.writeString(directory.resolve("pom.xml"), "<project><modules/></project>");
    assertThatThrownBy(() -> ResolvedDependencies.of(directory, directory.resolve("m2")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("build first");
    Path list = Files.createDirectories(directory.resolve("quickstart/target/dependencies")).resolve("ships");
    Path jar = Files.createDirectories(directory.resolve("m2/org/example/one/1.0")).resolve("one-1.0.jar");
    Files.writeString(jar, "content");
    Files.writeString(list, jar.toString());
    assertThat(ResolvedDependencies.of(directory, directory.resolve("m2")).files()).extracting(LockedFile::line).containsExactly(
        "ships org.example:one:1.0 one-1.0.jar ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
    Files.writeString(list, "/elsewhere/two.jar");
    assertThatThrownBy(() -> ResolvedDependencies.of(directory, directory.resolve("m2")))
        .hasMessageContaining("comes from no repository");
  }

  private static List<String> differences(String resolved) {
    return lock(LOCKED).differences(lock(resolved));
  }

  private static DependencyLock lock(String lines) {
    return new DependencyLock(lines.lines().map(LockedFile::of).toList());
  }
}
