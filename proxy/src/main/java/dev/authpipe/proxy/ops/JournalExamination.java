package dev.authpipe.proxy.ops;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.authpipe.proxy.journal.JournalInspection;

/** Looks at the rescue journal and its volume. Never opens an entry. */
final class JournalExamination {
  private JournalExamination() {}

  static List<Finding> of(SettingValues values) {
    Path directory = ProxyBeans.journalDirectory(values);
    if (directory == null) {
      return List.of(Finding.weak(Check.JOURNAL,
          "none (refresh.journal_directory): a process that ends between a provider's answer and its commit, and a failover "
              + "that loses the commit, cost the grant where refresh tokens are used once, and after the grace window elsewhere"));
    }
    JournalInspection found = JournalInspection.of(directory);
    if (!found.usable()) {
      return List.of(Finding.failed(Check.JOURNAL, directory + " is not a directory that can be written"));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(content(values, directory, found));
    if (found.isVolatile()) {
      findings.add(
          Finding.weak(Check.JOURNAL, "it is on " + found.fileSystem() + ", which may not outlive the machine or the container"));
    }
    if (found.exposed()) {
      findings.add(Finding.weak(Check.JOURNAL, directory + " can be read by others than its owner", "chmod 700 " + directory));
    }
    return findings;
  }

  private static Finding content(SettingValues values, Path directory, JournalInspection found) {
    long most = (long) values.get(Settings.JOURNAL_MIB) << 20;
    String sentence = "%s%s: %d entries, %d of %d bytes".formatted(directory, found.running() ? ", in use" : "", found.entries(),
        found.bytes(), most);
    boolean full = found.bytes() > most - most / 8;
    boolean doubtful = found.damaged() > 0 || found.refused() > 0;
    if (!full && !doubtful) {
      return Finding.ok(Check.JOURNAL, sentence);
    }
    return Finding.weak(Check.JOURNAL, sentence + (full ? "; nearly full: committed answers go before their time" : "")
        + (doubtful
            ? "; " + found.damaged() + " damaged places and " + found.refused() + " refused segments are not believed"
            : ""),
        doubtful ? "look at the volume, and who may write there" : "raise refresh.journal_mib");
  }
}
