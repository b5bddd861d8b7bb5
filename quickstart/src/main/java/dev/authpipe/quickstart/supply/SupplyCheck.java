package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Steps of the build: writes the lock when asked to, and the licence report each time. */
final class SupplyCheck {
  /** What is built into jars with packages of npm. */
  private static final List<String> PAGES = List.of("control-plane/dashboard", "quickstart/web");
  private static final String BUILT = "quickstart/target/app";

  private SupplyCheck() {}

  /** {@code lock ROOT REPOSITORY} or {@code licences ROOT offline=true|false}; ends with 1 and a sentence for each fault. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[1]);
    List<String> faults = new ArrayList<>();
    try {
      if (args[0].equals("lock")) {
        lock(root, Path.of(args[2]));
      } else if (args[2].equals("offline=true")) {
        System.out.println("supply: licences were not looked at, for Maven makes no bill of materials offline.");
      } else {
        faults.addAll(licences(root));
      }
    } catch (IllegalStateException missing) {
      faults.add(String.valueOf(missing.getMessage()));
    }
    faults.forEach(fault -> System.err.println("supply: " + fault + "."));
    if (!faults.isEmpty()) {
      System.exit(1);
    }
  }

  private static void lock(Path root, Path repository) throws IOException {
    DependencyLock resolved = ResolvedDependencies.of(root, repository);
    List<LockedFile> missing = resolved.files().stream().filter(one -> one.sha256() == null).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException("not in the local repository, so run mvn verify first: "
          + String.join(", ", missing.stream().map(LockedFile::coordinates).toList()));
    }
    Files.writeString(lockFile(root), resolved.text());
  }

  static Path lockFile(Path root) {
    return root.resolve("build/dependencies.lock");
  }

  private static List<String> licences(Path root) throws IOException {
    List<Component> jars = BillOfMaterials.read(Files.readString(root.resolve(BUILT).resolve("authpipe.cdx.json")));
    List<Component> all = new ArrayList<>(jars);
    for (String pages : PAGES) {
      all.addAll(npm(PackageLock.read(root, pages).packages()));
    }
    all = all.stream().distinct().toList();
    LicenceRules rules = LicenceRules.read(root);
    List<String> faults = new ArrayList<>(BillOfMaterials.differences(jars, DependencyLock.read(lockFile(root))));
    faults.addAll(rules.faults(all));
    faults.addAll(rules.idle());
    ThirdPartyNotice notice = new ThirdPartyNotice(all);
    Set<String> noticed = new HashSet<>();
    for (String pages : PAGES) {
      for (PackageLock.NpmPackage one : PackageLock.read(root, pages).packages()) {
        if (!one.development() && noticed.add(one.name() + " " + one.version())) {
          notice.add(root.resolve(pages), root.resolve("build/licence-texts"), one);
        }
      }
    }
    Files.writeString(root.resolve(BUILT).resolve("THIRD-PARTY.txt"), notice.text());
    return faults;
  }

  private static List<Component> npm(Collection<PackageLock.NpmPackage> packages) {
    return packages.stream()
        .map(one -> new Component("npm:" + one.name(), one.version(), List.of(one.licence()), !one.development(), null))
        .toList();
  }
}
