package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody reads who lacks one of the three tools: one sentence that names it, from the launcher and from Maven alike. */
class MissingToolTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> SHELL_TOOLS = List.of("bash", "env", "dirname", "readlink", "grep", "find", "mkdir", "tee",
      "head", "touch");

  private record Ran(int code, String out, String err) {}

  @TempDir
  Path directory;

  private Path tools;
  private Path jdks;
  private Path noJdks;
  private Path checkout;

  /** A checkout in which nothing is built, a PATH with nothing on it that a shell script does not need, and one JDK 25. */
  @BeforeEach
  void layOut() throws IOException {
    checkout = Files.createDirectories(directory.resolve("checkout"));
    Files.copy(REPOSITORY.resolve("bin/authpipe"), Files.createDirectories(checkout.resolve("bin")).resolve("authpipe"));
    Files.copy(REPOSITORY.resolve("build/CheckTools.java"),
        Files.createDirectories(checkout.resolve("build")).resolve("CheckTools.java"));
    Files.writeString(checkout.resolve("pom.xml"),
        Files.readString(REPOSITORY.resolve("pom.xml")).replaceFirst("(?s)<modules>.*</modules>", ""));
    Files.createDirectories(checkout.resolve(".mvn"));
    tools = Files.createDirectories(directory.resolve("tools"));
    for (String name : SHELL_TOOLS) {
      Files.createSymbolicLink(tools.resolve(name), onPath(name));
    }
    jdks = Files.createDirectories(directory.resolve("jdks"));
    Files.createSymbolicLink(jdks.resolve("jdk-25"), Path.of(System.getProperty("java.home")));
    noJdks = Files.createDirectories(directory.resolve("no-jdks"));
  }

  @Test
  void launcherNamesAMissingJdk() throws Exception {
    assertThat(launched(noJdks)).isEqualTo(new Ran(1, "",
        "authpipe: JDK 25 is needed and was not found; install one (Temurin 25, for example) or set JAVA_HOME to it.\n"));
  }

  @Test
  void launcherNamesAMissingMaven() throws Exception {
    program("node", "echo v22.1.0");

    assertThat(launched(jdks)).isEqualTo(
        new Ran(1, "", "authpipe: Maven 3.8 or later is needed to build and was not found on the PATH.\n"));
  }

  @Test
  void launcherNamesAMissingNode() throws Exception {
    program("mvn", "exit 3");

    assertThat(launched(jdks)).isEqualTo(
        new Ran(1, "", "authpipe: Node 20 or later is needed to build and was not found on the PATH.\n"));
  }

  @Test
  void launcherNamesANodeThatIsTooOld() throws Exception {
    program("mvn", "exit 3");
    program("node", "echo v18.20.1");

    assertThat(launched(jdks)).isEqualTo(
        new Ran(1, "", "authpipe: Node 20 or later is needed to build; the one on the PATH is v18.20.1.\n"));
  }

  @Test
  void launcherSaysWhereTheLogOfAFailedBuildIs() throws Exception {
    program("mvn", "echo '[INFO] Building Authpipe wire 1.0  [2/8]'; echo '[ERROR] it does not compile'; exit 3");
    program("node", "echo v20.0.0");

    Ran ran = launched(jdks);

    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.out).isEmpty();
    assertThat(ran.err.lines()).containsExactly("Building Authpipe (a few minutes, once; log in target/build.log)",
        "  [2/8] Authpipe wire", "[ERROR] it does not compile",
        "authpipe: the build failed; the log is in target/build.log.");
    assertThat(checkout.resolve("quickstart/target/app/.built")).doesNotExist();
  }

  @Test
  void mavenNamesAMissingJdk() throws Exception {
    assertThat(sentences(maven(Map.of("AUTHPIPE_JDKS", noJdks.toString())))).containsExactly(
        "Authpipe needs JDK 25 to build: install one (Temurin 25, for example) where your system keeps JDKs, or set JAVA_HOME to it.");
  }

  @Test
  void mavenNamesAMissingNode() throws Exception {
    Ran ran = maven(Map.of("AUTHPIPE_JDKS", jdks.toString(), "AUTHPIPE_NODE", directory.resolve("no-node").toString()));

    assertThat(sentences(ran)).containsExactly("Authpipe needs Node 20 or later to build: put `node` on the PATH.");
  }

  /** What the failed build says of tools, without Maven's own words around it. */
  private static List<String> sentences(Ran ran) {
    assertThat(ran.code).as(ran.out).isEqualTo(1);
    return ran.out.lines().filter(line -> line.startsWith("[ERROR] ")).map(line -> line.substring("[ERROR] ".length()))
        .filter(line -> line.contains("JDK") || line.contains("Node") || line.contains("missing")).toList();
  }

  private Ran launched(Path jdkDirectory) throws IOException, InterruptedException {
    return run(List.of(checkout.resolve("bin/authpipe").toString(), "demo", "--once"),
        Map.of("PATH", tools.toString(), "HOME", directory.toString(), "AUTHPIPE_JDKS", jdkDirectory.toString()), true);
  }

  /** As far as the tools are looked for, with nothing from the network. */
  private Ran maven(Map<String, String> environment) throws IOException, InterruptedException {
    String maven = System.getProperty("authpipe.maven", "mvn");
    return run(List.of(maven, "--batch-mode", "--offline", "validate"), environment, false);
  }

  private Ran run(List<String> command, Map<String, String> environment, boolean nothingElse)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(checkout.toFile());
    if (nothingElse) {
      builder.environment().clear();
    }
    builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
    builder.environment().putAll(environment);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      return new Ran(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(tools.resolve(name), "#!/usr/bin/env bash\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path onPath(String name) {
    List<String> folders = new ArrayList<>(List.of(System.getenv("PATH").split(":", -1)));
    return folders.stream().map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst().orElseThrow();
  }
}
