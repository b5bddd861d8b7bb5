package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class FreePortsTest {
  @Test
  void givesEachPortOnceWithinABlock() {
    Set<Integer> given = new HashSet<>(FreePorts.next(400));
    assertThat(given).hasSize(400).allMatch(port -> port >= 20_000 && port < 32_768);
  }

  @Test
  void passesOverAPortOnWhichSomethingListens() throws IOException {
    int port = FreePorts.next();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePorts.next(499)).doesNotContain(taken.getLocalPort());
    }
  }

  @Test
  void anotherJvmHasAnotherBlock() throws IOException, InterruptedException {
    int own = FreePorts.next();
    Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Other.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(said).hasSize(1).allMatch(port -> Integer.parseInt(port) / 500 != own / 500);
  }

  static final class Other {
    private Other() {}

    public static void main(String[] arguments) {
      System.out.println(FreePorts.next());
    }
  }
}
