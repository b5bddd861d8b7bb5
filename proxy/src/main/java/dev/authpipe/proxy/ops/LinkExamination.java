package dev.authpipe.proxy.ops;

import java.nio.file.Files;
import java.util.List;

/** Looks at how far a control plane is trusted, and whether it is known. */
final class LinkExamination {
  private LinkExamination() {}

  static List<Finding> of(Deployment deployment) {
    SettingValues values = deployment.values();
    if (!deployment.isLinked()) {
      return List.of(Finding.ok(Check.TRUST, "there is none"));
    }
    return List.of(values.get(Settings.TRUST) == Settings.Trust.EVERYTHING
        ? Finding.weak(Check.TRUST,
            "control_plane.trust is everything: a hostile control plane can redirect and destroy; the promise S70 is void")
        : Finding.ok(Check.TRUST, "what widens anything waits for approval"),
        isEnrolled(values)
            ? Finding.ok(Check.ENROLMENT, "enrolled; its key is pinned")
            : Finding.weak(Check.ENROLMENT, "not enrolled: no configuration comes"));
  }

  static boolean isEnrolled(SettingValues values) {
    return Files.exists(values.get(Settings.DATA_DIRECTORY).resolve("link.p12"));
  }
}
