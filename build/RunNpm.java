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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Build step: builds or tests a package of npm.
 * <ul>
 * <li>{@code build DIRECTORY PRODUCT STAMP [--sources=DIRECTORY...] [ARGUMENT...]} installs what the package's locks name and runs its script
 * {@code build}; stops at once when the product is there and nothing that goes into it changed since the stamp. What it takes from outside its
 * directory is named by {@code --sources}.
 * <li>{@code test DIRECTORY} runs its script {@code test} and shows what it says.
 * </ul>
 */
final class RunNpm {
  private static final String MISSING = "Node.js 20 or later is missing: install it with npm, or name its program in AUTHPIPE_NODE.";
  private static final int MOST_MINUTES = 10;
  private static final String SOURCES = "--sources=";

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    switch (args[0]) {
      case "build" -> build(directory, Path.of(args[2]), Path.of(args[3]), Arrays.asList(args).subList(4, args.length));
      case "test" -> run(directory, List.of("run", "--silent", "test"), true);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void build(Path directory, Path product, Path stamp, List<String> arguments) throws Exception {
    List<Path> others = arguments.stream().filter(each -> each.startsWith(SOURCES)).map(each -> Path.of(each.substring(SOURCES.length()))).toList();
    String inputs = fingerprint(directory, others);
    for (Path installation : installations(directory)) {
      install(installation);
    }
    if (Files.exists(product) && Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
      return;
    }
    List<String> build = new ArrayList<>(List.of("run", "--silent", "build"));
    List<String> handedOn = arguments.stream().filter(each -> !each.startsWith(SOURCES)).toList();
    if (!handedOn.isEmpty()) {
      build.add("--");
      build.addAll(handedOn);
    }
    run(directory, build, false);
    Files.createDirectories(stamp.getParent());
    Files.writeString(stamp, inputs);
  }

  /** The package, and what its tests have installed beside it. */
  private static List<Path> installations(Path directory) throws IOException {
    List<Path> found = new ArrayList<>(List.of(directory));
    if (Files.isDirectory(directory.resolve("test"))) {
      try (Stream<Path> entries = Files.list(directory.resolve("test"))) {
        entries.filter(entry -> Files.exists(entry.resolve("package-lock.json"))).forEach(found::add);
      }
    }
    return found;
  }

  private static void install(Path directory) throws Exception {
    Path installed = directory.resolve("node_modules/.package-lock.json");
    Path lock = directory.resolve("package-lock.json");
    if (Files.exists(installed) && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
      return;
    }
    run(directory, List.of("ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"), false);
    // npm keeps the times of what it unpacks; the next build compares this one.
    Files.setLastModifiedTime(installed, FileTime.from(Instant.now()));
  }

  private static void run(Path directory, List<String> arguments, boolean shown) throws Exception {
    List<String> command = new ArrayList<>(List.of("npm"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("NO_COLOR", "1");
    String node = System.getenv("AUTHPIPE_NODE");
    if (node != null && Path.of(node).getParent() != null) {
      // npm is a script beside Node and starts the first Node on the path.
      Path directoryOfNode = Path.of(node).getParent();
      builder.command().set(0, directoryOfNode.resolve("npm").toString());
      builder.environment().merge("PATH", directoryOfNode.toString(), (path, first) -> first + File.pathSeparator + path);
    }
    if (shown) {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
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
    String output = shown ? "" : new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!npm.waitFor(MOST_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
      npm.descendants().forEach(ProcessHandle::destroy);
      npm.destroy();
      System.err.println(output);
      System.err.println("npm " + String.join(" ", arguments) + " failed in " + directory + ".");
      System.exit(1);
    }
  }

  /** Names and contents of everything that goes into the build. */
  private static String fingerprint(Path directory, List<Path> others) throws Exception {
    List<Path> inputs = new ArrayList<>();
    for (Path other : others) {
      try (Stream<Path> sources = Files.walk(other)) {
        sources.filter(Files::isRegularFile).sorted().forEach(inputs::add);
      }
    }
    try (Stream<Path> sources = Files.walk(directory.resolve("src")); Stream<Path> top = Files.list(directory)) {
      Stream.concat(sources, top).filter(Files::isRegularFile).sorted().forEach(inputs::add);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path input : inputs) {
      all.writeBytes((directory.relativize(input) + "\n" + Files.size(input) + "\n").getBytes(StandardCharsets.UTF_8));
      all.writeBytes(Files.readAllBytes(input));
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
  }
}
