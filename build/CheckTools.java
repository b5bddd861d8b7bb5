import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Build step: leaves a marker for each tool that is there; the enforcer then names the missing one in a sentence. */
final class CheckTools {
  public static void main(String[] args) throws Exception {
    Path markers = Files.createDirectories(Path.of(args[0]));
    mark(markers.resolve("jdk-25"), hasJdk25());
    mark(markers.resolve("node-20"), nodeMajor() >= 20);
  }

  private static void mark(Path marker, boolean present) throws IOException {
    Files.deleteIfExists(marker);
    if (present) {
      Files.createFile(marker);
    }
  }

  private static boolean hasJdk25() throws IOException {
    String only = System.getenv("AUTHPIPE_JDKS");
    if (only != null && !only.isEmpty()) {
      return jdksIn(only).stream().anyMatch(CheckTools::isJdk25);
    }
    Path home = Path.of(System.getProperty("user.home"));
    if (Files.exists(home.resolve(".m2/toolchains.xml"))) {
      return true; // the operator says where JDKs are; the toolchain plugin reads it
    }
    List<Path> candidates = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    System.getenv().forEach((name, value) -> {
      if (name.matches("JAVA\\d*_HOME.*|JDK\\d*(_HOME)?")) {
        candidates.add(Path.of(value));
      }
    });
    for (String folder : List.of("/usr/lib/jvm", "/usr/java", "/opt/jdk", "/opt/java", "/Library/Java/JavaVirtualMachines", home + "/.jdks", home + "/.sdkman/candidates/java",
      home + "/.m2/jdks", home + "/.jenv/versions", home + "/.asdf/installs/java", home + "/.local/share/mise/installs/java", home + "/Library/Java/JavaVirtualMachines",
      "C:/Program Files/Java", "C:/Program Files/Eclipse Adoptium")) {
      candidates.addAll(jdksIn(folder));
    }
    return candidates.stream().anyMatch(candidate -> isJdk25(candidate) || isJdk25(candidate.resolve("Contents/Home")));
  }

  private static List<Path> jdksIn(String folder) throws IOException {
    if (!Files.isDirectory(Path.of(folder)) || !Files.isReadable(Path.of(folder))) {
      return List.of();
    }
    try (Stream<Path> jdks = Files.list(Path.of(folder))) {
      return jdks.toList();
    }
  }

  /** A runtime without a compiler does not build anything. */
  private static boolean isJdk25(Path jdk) {
    Path bin = jdk.resolve("bin");
    try {
      return (Files.exists(bin.resolve("javac")) || Files.exists(bin.resolve("javac.exe")))
        && Files.readString(jdk.resolve("release")).matches("(?s).*JAVA_VERSION=\"25[\".+-].*");
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static int nodeMajor() throws InterruptedException {
    try {
      Process process = new ProcessBuilder(System.getenv().getOrDefault("AUTHPIPE_NODE", "node"), "--version").redirectErrorStream(true).start();
      String answer = new String(process.getInputStream().readAllBytes()).trim();
      if (!process.waitFor(20, TimeUnit.SECONDS) || !answer.matches("v\\d+\\..*")) {
        return 0;
      }
      return Integer.parseInt(answer.substring(1, answer.indexOf('.')));
    } catch (IOException missing) {
      return 0;
    }
  }
}
