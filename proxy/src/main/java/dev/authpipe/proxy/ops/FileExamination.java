package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.authpipe.proxy.catalog.SecretFile;

/** Looks at who may read and write the files that settings refer to. Never reads one. */
final class FileExamination {
  /** Secrets of others that are commonly handed over in the environment. */
  private static final Set<String> OF_OTHERS = Set.of("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD", "VAULT_TOKEN",
      "BAO_TOKEN");

  private final boolean development;
  private final List<Finding> findings = new ArrayList<>();

  private FileExamination(boolean development) {
    this.development = development;
  }

  static List<Finding> of(Deployment deployment, Map<String, String> environment) {
    SettingValues values = deployment.values();
    FileExamination examination = new FileExamination(values.isDevelopment());
    examination.settingsFile(deployment.file());
    Map<String, Path> secrets = secrets(values);
    secrets.forEach(examination::secret);
    if (examination.findings.stream().noneMatch(one -> one.check() == Check.SECRET_FILES)) {
      examination.findings.add(Finding.ok(Check.SECRET_FILES, "nobody else may read them (" + secrets.size() + " files)"));
    }
    examination.dataDirectory(values.get(Settings.DATA_DIRECTORY));
    Set<String> told = new TreeSet<>(environment.keySet());
    told.retainAll(OF_OTHERS);
    examination.findings.add(told.isEmpty()
        ? Finding.ok(Check.ENVIRONMENT, "no secret stands in it")
        : Finding.weak(Check.ENVIRONMENT, "secrets stand in " + String.join(", ", told)));
    return examination.findings;
  }

  /** Every file with a secret or a key, by what names it. */
  private static Map<String, Path> secrets(SettingValues values) {
    Map<String, Path> files = new TreeMap<>();
    Stores.all(values).forEach((place, of) -> {
      for (Setting<?> setting : Settings.ALL) {
        if (of.find(setting).orElse(null) instanceof SecretFile(Path path)) {
          files.put(Stores.where(place) + setting.key(), path);
        }
      }
      for (Settings.StoreKeys keys : List.of(Settings.VAULT, Settings.CLIENT_SECRETS)) {
        of.find(keys.url).flatMap(url -> StoreAddress.of(url).file("sslkey"))
            .ifPresent(key -> files.put(Stores.where(place) + keys.url.key() + " sslkey", key));
      }
    });
    values.find(Settings.KEY_STORE).ifPresent(path -> files.put(Settings.KEY_STORE.key(), path));
    values.find(Settings.KEKS).orElse(Map.of()).forEach((name, kek) -> kek.secrets()
        .forEach((member, path) -> files.put(Settings.KEKS.key() + "." + name + "." + member, path)));
    Path link = values.get(Settings.DATA_DIRECTORY).resolve("link.p12");
    if (Files.exists(link)) {
      files.put("data_directory link.p12", link);
    }
    return files;
  }

  private void settingsFile(Path file) {
    Set<PosixFilePermission> permissions = permissions(file);
    if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      findings.add(Finding.failed(Check.SETTINGS_FILE, "everybody may write " + file, "chmod go-w " + file));
    } else if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
      findings.add(Finding.weak(Check.SETTINGS_FILE, "its group may write " + file, "chmod g-w " + file));
    } else {
      findings.add(Finding.ok(Check.SETTINGS_FILE, "nobody else may write " + file));
    }
  }

  private void secret(String name, Path file) {
    if (!Files.isReadable(file)) {
      findings.add(Finding.failed(Check.SECRET_FILES, name + ": " + file + " cannot be read",
          "write it, correct the setting, or let the proxy's user read it"));
      return;
    }
    Set<PosixFilePermission> permissions = permissions(file);
    String mend = "chmod o-rwx,g-w " + file;
    if (permissions.contains(PosixFilePermission.OTHERS_READ) || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      String sentence = name + ": everybody may read or write " + file;
      findings.add(development
          ? Finding.weak(Check.SECRET_FILES, sentence, mend)
          : Finding.failed(Check.SECRET_FILES, sentence, mend));
    } else if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
      findings.add(Finding.weak(Check.SECRET_FILES, name + ": its group may write " + file, mend));
    }
  }

  private void dataDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      findings.add(parent != null && Files.isWritable(parent)
          ? Finding.ok(Check.DATA_DIRECTORY, directory + " is made at the first start")
          : Finding.weak(Check.DATA_DIRECTORY, directory + " is not there and cannot be made"));
    } else if (!Files.isWritable(directory)) {
      findings.add(Finding.weak(Check.DATA_DIRECTORY,
          directory + " cannot be written: no copy of the last good configuration is kept"));
    } else if (permissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
      findings.add(Finding.failed(Check.DATA_DIRECTORY, "everybody may write " + directory, "chmod go-w " + directory));
    } else {
      findings.add(Finding.ok(Check.DATA_DIRECTORY, directory + " can be written, by nobody else"));
    }
  }

  /** None where the volume knows none. */
  private static Set<PosixFilePermission> permissions(Path file) {
    try {
      return Files.getFileStore(file).supportsFileAttributeView("posix") ? Files.getPosixFilePermissions(file) : Set.of();
    } catch (IOException unreadable) {
      return Set.of();
    }
  }
}
