package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchDirectoryTest {
  @TempDir
  Path directory;

  /** Removes a directory when it is stopped and not before, as the demonstration does. */
  static final class Stopped {
    private Stopped() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        try {
          ScratchDirectory.remove(Path.of(arguments[0]));
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }));
    }
  }

  /** Makes one and leaves it to the end of its JVM. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] arguments) throws IOException {
      Path made = ScratchDirectory.create("forgotten");
      Files.writeString(made.resolve("within"), "something");
      System.out.println(made);
    }
  }

  @Test
  void isRemovedWhileTheJvmStops() throws Exception {
    Path left = Files.createDirectories(directory.resolve("left/within"));
    Files.writeString(left.resolve("key"), "something");

    run(Stopped.class, directory.resolve("left"));

    assertThat(directory.resolve("left")).doesNotExist();
  }

  @Test
  void goesWithItsJvm() throws Exception {
    String said = run(Forgetful.class, directory);

    assertThat(Path.of(said.strip())).isAbsolute().doesNotExist();
  }

  private static String run(Class<?> main, Path argument) throws IOException, InterruptedException {
    Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), main.getName(), argument.toString()).redirectErrorStream(true).start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(java.exitValue()).as(said).isZero();
    return said;
  }
}
