package dev.authpipe.control.ops;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The dashboard's page as its listener serves it, and the files that it names. */
record DashboardPage(String html) {
  private static final Pattern FILE = Pattern.compile("/assets/([A-Za-z0-9_.-]+)");

  static DashboardPage read() {
    return new DashboardPage(RunningControlPlane.shared().anonymous().get("/").expect(200).text());
  }

  /** The names of all files. */
  List<String> files() {
    return FILE.matcher(html).results().map(MatchResult::group).map(path -> path.substring("/assets/".length())).distinct()
        .toList();
  }

  /** The name of its script. */
  String script() {
    return files().stream().filter(file -> file.endsWith(".js")).findFirst().orElseThrow();
  }
}
