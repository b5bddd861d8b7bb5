package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JVM options the launcher gives to whom: in a checkout that seems to be built, with a JDK that prints how it is called. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "bin", "authpipe").toAbsolutePath().normalize();
  private static final String CACHE = "-XX:AOTCache=";
  /** Writes what it is to write, as the training does, and otherwise says with what it was started. */
  private static final String JAVA = """
      #!/usr/bin/env bash
      previous=
      for word in "$@"; do
        [ "$previous" != --output ] || echo trained >"$word"
        previous=$word
      done
      printf '%s\\n' "$@"
      """;

  @TempDir
  Path directory;

  private Path checkout;
  private Path app;
  private Path jdk;

  @BeforeEach
  void layOut() throws IOException {
    checkout = directory.resolve("checkout");
    Files.copy(LAUNCHER, Files.createDirectories(checkout.resolve("bin")).resolve("authpipe"));
    app = Files.createDirectories(checkout.resolve("quickstart/target/app"));
    Files.createDirectories(app.resolve("lib"));
    old(Files.writeString(app.resolve("lib/c.jar"), "c"));
    old(Files.writeString(app.resolve("lib/b.jar"), "b"));
    old(Files.writeString(app.resolve("lib/authpipe-control-plane-1.jar"), "a"));
    Files.createFile(app.resolve(".built"));
    jdk = Files.createDirectories(directory.resolve("jdks/jdk-25"));
    Path java = Files.writeString(Files.createDirectories(jdk.resolve("bin")).resolve("java"), JAVA);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
  }

  @Test
  void serversStartFromTheCacheAndNothingElseDoes() throws Exception {
    launched(Map.of(), "start-cache");

    assertThat(launched(Map.of(), "proxy", "--config", "authpipe.yaml")).contains(CACHE + app.resolve("start.aot"),
        "-Xlog:aot*=off",
        "-Xlog:cds*=off");
    assertThat(launched(Map.of(), "control-plane")).contains(CACHE + app.resolve("start.aot"));
    assertThat(launched(Map.of(), "control-plane", "--config", "c.yaml")).contains(CACHE + app.resolve("start.aot"));
    for (String[] command : List.of(new String[]{"doctor"}, new String[]{"demo", "--once"}, new String[]{"--help"},
        new String[]{"proxy", "--help"}, new String[]{"control-plane", "migrate"}, new String[]{"control-plane", "-h"})) {
      assertThat(launched(Map.of(), command)).as(String.join(" ", command)).noneMatch(word -> word.startsWith(CACHE))
          .contains("-XX:TieredStopAtLevel=1");
    }
  }

  @Test
  void theCacheIsTrainedWithTheOptionsThatServersHave() throws Exception {
    List<String> trained = launched(Map.of(), "start-cache");

    List<String> served = launched(Map.of(), "proxy");

    List<String> handed = new ArrayList<>(trained.subList(trained.indexOf("--") + 1, trained.size()));
    assertThat(handed.remove("-XX:-AOTRecordTraining")).isTrue();
    assertThat(handed.remove("-XX:+UnlockDiagnosticVMOptions")).isTrue();
    assertThat(handed)
        .contains("-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-Xms96m", "-Xmn36m")
        .noneMatch("-XX:TieredStopAtLevel=1"::equals);
    assertThat(served).containsAll(handed).doesNotContain("-XX:+UnlockDiagnosticVMOptions");
    assertThat(classPath(served)).isEqualTo(after("--class-path", trained)).isEqualTo(app + "/lib/b.jar:" + app + "/lib/c.jar");
  }

  @Test
  void aProxyRunsWithoutTheControlPlanesClassesAndEverythingElseHasThemLast() throws Exception {
    String proxy = app + "/lib/b.jar:" + app + "/lib/c.jar";

    assertThat(classPath(launched(Map.of(), "proxy", "--config", "authpipe.yaml"))).isEqualTo(proxy);
    for (String[] command : List.of(new String[]{"control-plane"}, new String[]{"doctor"}, new String[]{"start-cache"})) {
      assertThat(classPath(launched(Map.of(), command))).as(String.join(" ", command)) // a cache is of what a class path begins with
          .isEqualTo(proxy + ":" + app + "/lib/authpipe-control-plane-1.jar");
    }
  }

  @Test
  void withoutACacheServersStartAllTheSame() throws Exception {
    assertThat(launched(Map.of(), "proxy")).contains("dev.authpipe.proxy.ops.AuthpipeCommand", "proxy")
        .noneMatch(word -> word.startsWith(CACHE));
  }

  @Test
  void aCacheOfAnotherJdkIsNotGiven() throws Exception {
    launched(Map.of(), "start-cache");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.4\"\n");

    assertThat(launched(Map.of(), "proxy")).noneMatch(word -> word.startsWith(CACHE));
  }

  @Test
  void aCacheOfOtherJarsIsNotGiven() throws Exception {
    launched(Map.of(), "start-cache");
    Path jar = Files.writeString(app.resolve("lib/b.jar"), "another");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
    Files.setLastModifiedTime(app.resolve(".built"), FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(launched(Map.of(), "proxy")).noneMatch(word -> word.startsWith(CACHE));
  }

  @Test
  void anOperatorsCollectorTakesThePlaceOfOurs() throws Exception {
    launched(Map.of(), "start-cache");

    List<String> served = launched(Map.of("AUTHPIPE_JAVA_OPTIONS", "-Xmx1g -XX:+UseG1GC"), "proxy");

    assertThat(served).contains("-XX:+UseG1GC", "-Xmx1g").doesNotContain("-XX:+UseSerialGC", "-Xms96m", "-Xmn36m")
        .noneMatch(word -> word.startsWith(CACHE)); // which was trained with the other
  }

  private static String classPath(List<String> words) {
    return after("-cp", words);
  }

  private static String after(String option, List<String> words) {
    return words.get(words.indexOf(option) + 1);
  }

  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
  }

  /** The words that the JVM is started with. */
  private List<String> launched(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(checkout.resolve("bin/authpipe").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("AUTHPIPE_"));
    builder.environment().put("AUTHPIPE_JDKS", Objects.requireNonNull(jdk.getParent()).toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    List<String> words;
    try (var output = process.getInputStream()) {
      words = new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s", words).isZero();
    return words;
  }
}
