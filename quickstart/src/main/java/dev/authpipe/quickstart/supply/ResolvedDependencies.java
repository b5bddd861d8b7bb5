package dev.authpipe.quickstart.supply;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What Maven resolved for every module, by the class paths that each build leaves in {@code target/dependencies}. Of the tools it knows the
 * plugins and processors themselves, not what they bring along.
 */
final class ResolvedDependencies {
  private final Path root;
  private final Path repository;
  private final Map<Path, String> hashes = new HashMap<>();

  private ResolvedDependencies(Path root, Path repository) {
    this.root = root.toAbsolutePath().normalize();
    this.repository = repository.toAbsolutePath().normalize();
  }

  /**
   * Reads all of it.
   *
   * @param root       of the working copy
   * @param repository the local Maven repository
   * @throws IllegalStateException if a module was not built
   */
  static DependencyLock of(Path root, Path repository) throws IOException {
    return new ResolvedDependencies(root, repository).read();
  }

  private DependencyLock read() throws IOException {
    BuildFiles build = BuildFiles.read(root);
    List<LockedFile> all = new ArrayList<>(classPath(Use.SHIPS, "quickstart"));
    for (String module : build.modules()) {
      all.addAll(classPath(Use.TESTS, module));
    }
    for (BuildFiles.Tool tool : build.tools()) {
      String file = tool.name() + "-" + tool.version() + ".jar";
      Path jar = repository.resolve(tool.group().replace('.', '/')).resolve(tool.name()).resolve(tool.version()).resolve(file);
      all.add(new LockedFile(Use.BUILDS, tool.group() + ":" + tool.name(), tool.version(), file, sha256(jar)));
    }
    return new DependencyLock(all);
  }

  private List<LockedFile> classPath(Use use, String module) throws IOException {
    Path list = root.resolve(module).resolve("target/dependencies").resolve(use.word());
    if (!Files.exists(list)) {
      throw new IllegalStateException("build first: there is no " + root.relativize(list));
    }
    List<LockedFile> files = new ArrayList<>();
    for (String entry : Files.readString(list).strip().split(File.pathSeparator, -1)) {
      Path file = Path.of(entry).toAbsolutePath().normalize();
      if (file.startsWith(repository)) {
        files.add(file(use, file));
      } else if (!file.startsWith(root) && !entry.isEmpty()) {
        throw new IllegalStateException(file + " is on the class path of " + module + " and comes from no repository");
      }
    }
    return files;
  }

  /** GROUP/ARTIFACT/VERSION/FILE, the group's dots being directories. */
  private LockedFile file(Use use, Path file) throws IOException {
    Path place = repository.relativize(file);
    int names = place.getNameCount();
    String group = place.subpath(0, names - 3).toString().replace(File.separatorChar, '.');
    return new LockedFile(use, group + ":" + place.getName(names - 3), place.getName(names - 2).toString(),
        place.getName(names - 1).toString(), sha256(file));
  }

  private @Nullable String sha256(Path file) throws IOException {
    String known = hashes.get(file);
    if (known != null || !Files.isRegularFile(file)) {
      return known;
    }
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      byte[] chunk = new byte[1 << 16];
      while (digesting.read(chunk) >= 0) {
        // the stream does the work
      }
      String hash = HexFormat.of().formatHex(digesting.getMessageDigest().digest());
      hashes.put(file, hash);
      return hash;
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }
}
