package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM that was given a start cache says of it, and that a bad one costs nothing but time: in processes with the launcher's options. */
@EnabledOnOs(OS.LINUX)
class StartCacheTest {
  private static final List<Class<?>> CLASSES = List.of(StartCache.class, Words.class);

  @TempDir
  Path directory;

  private Path jar;

  private record Ran(int code, String out) {}

  /** Prints what the server's log says. */
  static final class Words {
    private Words() {}

    public static void main(String[] args) {
      System.out.println(StartCache.here());
    }
  }

  @BeforeEach
  void pack() throws IOException {
    jar = directory.resolve("words.jar");
    try (OutputStream out = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Class<?> one : CLASSES) {
        String name = one.getName().replace('.', '/') + ".class";
        zip.putNextEntry(new ZipEntry(name));
        try (InputStream bytes = Objects.requireNonNull(one.getResourceAsStream("/" + name))) {
          bytes.transferTo(zip);
        }
        zip.closeEntry();
      }
    }
  }

  @Test
  void withoutOneItIsSaidHowToMakeOne() throws Exception {
    assertThat(java()).isEqualTo(new Ran(0, StartCache.NONE + "\n"));
    assertThat(StartCache.NONE.toString()).contains("bin/authpipe start-cache");
  }

  @Test
  void oneThatFitsIsInUse() throws Exception {
    assertThat(java(given(trained())).out).isEqualTo("in use\n");
  }

  @Test
  void aDamagedOneIsNotUsedAndNothingElseIsSaid() throws Exception {
    Path cache = trained();
    byte[] whole = Files.readAllBytes(cache);
    List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], new byte[100_000], Arrays.copyOf(whole, whole.length / 2)));
    byte[] changed = whole.clone();
    Arrays.fill(changed, 0, 64, (byte) 7);
    damaged.add(changed);
    for (byte[] bytes : damaged) {
      Path file = Files.write(directory.resolve("damaged.aot"), bytes);
      assertThat(java(given(file))).isEqualTo(new Ran(0, StartCache.UNFIT + "\n"));
    }
  }

  @Test
  void oneOfOtherOptionsIsNotUsed() throws Exception {
    Path cache = trained();
    assertThat(java(with(given(cache), "-XX:+UseCompactObjectHeaders"))).isEqualTo(new Ran(0, StartCache.UNFIT + "\n"));
  }

  private Path trained() throws IOException, InterruptedException {
    Path cache = directory.resolve("start.aot");
    Ran ran = java("-XX:AOTCacheOutput=" + cache);
    assertThat(ran.code).isZero();
    assertThat(cache).isNotEmptyFile();
    return cache;
  }

  /** As the launcher gives it, which LauncherTest looks at. */
  private static String[] given(Path cache) {
    return new String[]{"-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off"};
  }

  private static String[] with(String[] options, String more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(more);
    return all.toArray(String[]::new);
  }

  private Ran java(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", jar.toString(), Words.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out);
  }
}
