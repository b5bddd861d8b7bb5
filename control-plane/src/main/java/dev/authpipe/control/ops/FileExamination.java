package dev.authpipe.control.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at who may read and write the files that settings refer to. Never reads one. */
final class FileExamination {
  private FileExamination() {}

  /**
   * Looks at the settings file and all that it refers to.
   *
   * @param development whether secrets that everybody may read are tolerated
   */
  static List<Finding> of(SettingsFile settings, boolean development) {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, Path> named : settings.files().entrySet()) {
      add(findings, named.getKey(), named.getValue(), development ? Finding.Grade.WEAK : Finding.Grade.FAILED);
    }
    add(findings, "settings file", settings.file(), Finding.Grade.OK);
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok("files", "nobody else may read the secrets (" + settings.files().size() + " files) or write the settings"));
    }
    return findings;
  }

  /** How bad it is that everybody may read the file; {@code OK}: it holds no secret. */
  private static void add(List<Finding> findings, String subject, Path file, Finding.Grade readable) {
    try {
      if (!Files.exists(file)) {
        findings.add(Finding.failed(subject, file + " is not there; write it, or correct the setting"));
      } else if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
          findings.add(Finding.failed(subject, "everybody may write " + file + "; run: chmod o-rwx " + file));
        } else if (readable != Finding.Grade.OK && permissions.contains(PosixFilePermission.OTHERS_READ)) {
          findings.add(new Finding(readable, subject, "everybody may read " + file + "; run: chmod o-rwx " + file));
        } else if (permissions.contains(PosixFilePermission.GROUP_WRITE)) {
          findings.add(Finding.weak(subject, "its group may write " + file + "; run: chmod g-w " + file));
        }
      }
    } catch (IOException unreadable) {
      findings.add(Finding.failed(subject, file + " cannot be looked at; let the control plane's user reach it"));
    }
  }
}
