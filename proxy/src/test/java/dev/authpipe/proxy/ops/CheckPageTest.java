package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.GeneratedDocument;

/** Keeps the table of checks in docs/operations.md to the enum. {@code -Dauthpipe.docs=write} writes it anew. */
@Tag("S92")
class CheckPageTest {
  private static final Path DOCUMENT = Path.of("../docs/operations.md");
  private static final String BEGIN = "<!-- checks: begin -->\n";
  private static final String END = "<!-- checks: end -->";

  @Test
  void operationsMdNamesEveryCheck() throws IOException {
    StringBuilder table = new StringBuilder(
        "| code | area | what holds where all is well | what to do otherwise |\n|---|---|---|---|\n");
    for (Check check : Check.values()) {
      table.append("| `").append(check.code()).append("` | ").append(check.area().title()).append(" | ").append(check.meaning())
          .append(" | ").append(check.fix()).append(" |\n");
    }
    String page = Files.readString(DOCUMENT);
    GeneratedDocument.check(DOCUMENT,
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table + page.substring(page.indexOf(END)));
  }
}
