package dev.authpipe.proxy.proof;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;

/**
 * What lets the proxies that tests kill start in a third of the time: the class path as archives, and a cache of classes that were loaded and linked
 * once (JEP 514). Made once for a class path, by a proxy that starts and ends; later test runs and other JVMs of the same run find it under
 * {@code target}. Nothing depends on it: a JVM that cannot use it starts as ever.
 */
final class StartImage {
  private static final Path DIRECTORY = Path.of("target", "start-image").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 120;

  private static final class Made {
    static final List<String> OPTIONS = make();
  }

  private StartImage() {}

  /** Options of a JVM: the class path, and the cache. */
  static List<String> options() {
    return Made.OPTIONS;
  }

  private static List<String> make() {
    try {
      Files.createDirectories(DIRECTORY);
      try (FileChannel channel = FileChannel.open(DIRECTORY.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        return made();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static List<String> made() throws IOException {
    List<Path> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
        .filter(Files::exists).toList();
    Path image = DIRECTORY.resolve(fingerprint(entries));
    Path cache = image.resolve("classes.aot");
    List<String> archives = archives(entries, image);
    if (!Files.exists(image.resolve("tried"))) {
      train(archives, cache);
      Files.writeString(image.resolve("tried"), "");
    }
    List<String> options = new ArrayList<>();
    if (Files.exists(cache)) {
      options.add("-XX:AOTCache=" + cache);
    }
    options.addAll(List.of("-cp", String.join(File.pathSeparator, archives)));
    return List.copyOf(options);
  }

  /** Other classes, or another JDK, are another image. */
  private static String fingerprint(List<Path> entries) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(System.getProperty("java.vm.version").getBytes(StandardCharsets.UTF_8));
    for (Path entry : entries) {
      for (Path file : walk(entry)) {
        sum.update((file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + "\n")
            .getBytes(StandardCharsets.UTF_8));
      }
    }
    return Long.toHexString(sum.getValue());
  }

  private static List<Path> walk(Path entry) throws IOException {
    try (Stream<Path> all = Files.walk(entry)) {
      return all.filter(one -> Files.isRegularFile(one) || !one.equals(entry)).sorted().toList();
    }
  }

  /** A class path with a directory in it cannot be cached. */
  private static List<String> archives(List<Path> entries, Path image) throws IOException {
    Files.createDirectories(image);
    List<String> archives = new ArrayList<>();
    for (Path entry : entries) {
      if (Files.isRegularFile(entry)) {
        archives.add(entry.toString());
      } else {
        Path archive = image.resolve(archives.size() + ".jar");
        if (!Files.exists(archive)) {
          pack(entry, archive);
        }
        archives.add(archive.toString());
      }
    }
    return archives;
  }

  private static void pack(Path directory, Path archive) throws IOException {
    Path part = archive.resolveSibling(archive.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(part); ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(1);
      for (Path one : walk(directory)) {
        boolean file = Files.isRegularFile(one);
        String name = directory.relativize(one).toString().replace(File.separatorChar, '/');
        ZipEntry entry = new ZipEntry(file ? name : name + "/"); // Micronaut asks for directories
        entry.setLastModifiedTime(Files.getLastModifiedTime(one));
        zip.putNextEntry(entry);
        if (file) {
          Files.copy(one, zip);
        }
        zip.closeEntry();
      }
    }
    Files.move(part, archive);
  }

  /** Starts a proxy of its own, whose JVM writes the cache as it ends. */
  private static void train(List<String> archives, Path cache) throws IOException {
    ProofDeployment deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", UnaryOperator.identity(), ProofDeployment.Extras.NONE);
    try (deployment) {
      List<String> options = List.of("-XX:AOTCacheOutput=" + cache, "-cp", String.join(File.pathSeparator, archives));
      Process process = ProxyProcess.builder(options, deployment.settings(), Map.of(), "", false)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectErrorStream(true).start();
      process.getOutputStream().close(); // its input ends, and then it does
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
