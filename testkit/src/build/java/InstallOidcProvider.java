import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Build step: installs the npm package that tests run as a foreign authorization server. Stops at once when nothing changed. */
final class InstallOidcProvider {
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Path installed = directory.resolve("node_modules/.package-lock.json");
    Path lock = directory.resolve("package-lock.json");
    if (Files.exists(installed) && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
      return;
    }
    var command = new ArrayList<>(npm());
    command.addAll(List.of("ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"));
    Process npm;
    try {
      npm = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      System.err.println("Node.js 20 or later is missing: install it with npm, or name its program in AUTHPIPE_NODE.");
      System.exit(1);
      return;
    }
    npm.getOutputStream().close();
    String output = new String(npm.getInputStream().readAllBytes());
    if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
      System.err.println(output);
      System.err.println("npm ci failed in testkit/oidc-provider.");
      System.exit(1);
    }
    // npm keeps the times of what it unpacks; the next build compares this one.
    Files.setLastModifiedTime(installed, java.nio.file.attribute.FileTime.from(java.time.Instant.now()));
  }

  /** The npm beside the named Node, else the one on the path. */
  private static List<String> npm() {
    String node = System.getenv("AUTHPIPE_NODE");
    if (node == null || node.isBlank()) {
      return List.of("npm");
    }
    Path beside = Path.of(node).resolveSibling("npm");
    return Files.exists(beside) ? List.of(beside.toString()) : List.of("npm");
  }
}
