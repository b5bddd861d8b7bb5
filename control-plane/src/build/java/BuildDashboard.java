import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Build step: builds the dashboard into the class path of the control plane. Stops at once when nothing that goes into it changed. */
final class BuildDashboard {
  private static final String MISSING = "Node.js 20 or later is missing: install it with npm, or name its program in AUTHPIPE_NODE.";

  /** The directory of the dashboard, where the files go, and where to note what they were made of. */
  public static void main(String[] args) throws Exception {
    Path dashboard = Path.of(args[0]);
    Path output = Path.of(args[1]);
    Path stamp = Path.of(args[2]);
    String inputs = fingerprint(dashboard);
    if (Files.exists(output.resolve("index.html")) && Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
      return;
    }
    install(dashboard);
    run(dashboard, List.of("run", "--silent", "build", "--", "--outDir", output.toString(), "--logLevel", "warn"));
    Files.createDirectories(stamp.getParent());
    Files.writeString(stamp, inputs);
  }

  private static void install(Path dashboard) throws Exception {
    Path installed = dashboard.resolve("node_modules/.package-lock.json");
    Path lock = dashboard.resolve("package-lock.json");
    if (Files.exists(installed) && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
      return;
    }
    run(dashboard, List.of("ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"));
    // npm keeps the times of what it unpacks; the next build compares this one.
    Files.setLastModifiedTime(installed, FileTime.from(Instant.now()));
  }

  private static void run(Path dashboard, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("npm"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(dashboard.toFile()).redirectErrorStream(true);
    String node = System.getenv("AUTHPIPE_NODE");
    if (node != null && Path.of(node).getParent() != null) {
      // npm is a script beside Node and starts the first Node on the path.
      Path directoryOfNode = Path.of(node).getParent();
      builder.command().set(0, directoryOfNode.resolve("npm").toString());
      builder.environment().merge("PATH", directoryOfNode.toString(), (path, first) -> first + File.pathSeparator + path);
    }
    Process npm;
    try {
      npm = builder.start();
    } catch (IOException e) {
      System.err.println(MISSING);
      System.exit(1);
      return;
    }
    npm.getOutputStream().close();
    String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
      System.err.println(output);
      System.err.println("npm " + arguments.get(0) + " failed in control-plane/dashboard.");
      System.exit(1);
    }
  }

  /** Names and contents of everything that goes into the build. */
  private static String fingerprint(Path dashboard) throws Exception {
    List<Path> inputs = new ArrayList<>();
    try (Stream<Path> sources = Files.walk(dashboard.resolve("src")); Stream<Path> top = Files.list(dashboard)) {
      Stream.concat(sources, top).filter(Files::isRegularFile).sorted().forEach(inputs::add);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path input : inputs) {
      all.writeBytes((dashboard.relativize(input) + "\n" + Files.size(input) + "\n").getBytes(StandardCharsets.UTF_8));
      all.writeBytes(Files.readAllBytes(input));
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
  }
}
