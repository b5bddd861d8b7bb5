import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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
    ProcessBuilder builder = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error");
    String node = System.getenv("AUTHPIPE_NODE");
    if (node != null && Path.of(node).getParent() != null) {
      // npm is a script beside Node and starts the first Node on the path.
      Path directoryOfNode = Path.of(node).getParent();
      builder.command().set(0, directoryOfNode.resolve("npm").toString());
      builder.environment().merge("PATH", directoryOfNode.toString(), (path, first) -> first + File.pathSeparator + path);
    }
    Process npm;
    try {
      npm = builder.directory(directory.toFile()).redirectErrorStream(true).start();
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
    Files.setLastModifiedTime(installed, FileTime.from(Instant.now()));
  }
}
