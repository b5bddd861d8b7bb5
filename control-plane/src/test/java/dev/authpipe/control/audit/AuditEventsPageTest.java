package dev.authpipe.control.audit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.GeneratedDocument;

/** Keeps docs/control-audit-events.md to the enums. {@code -Dauthpipe.docs=write} writes it anew. */
class AuditEventsPageTest {
  @Test
  void thePageSaysWhatTheEnumsSay() {
    GeneratedDocument.check(Path.of("../docs/control-audit-events.md"), page());
  }

  private static String page() {
    StringBuilder page = new StringBuilder("""
        # Events of the control plane's audit log

        Generated from `AuditType` and its neighbours. The bytes stand in [audit-format.md](audit-format.md).

        ## Types

        | type | object | what happened | detail |
        |---|---|---|---|
        """);
    for (AuditType type : AuditType.values()) {
      page.append("| `").append(type.word()).append("` | ").append(type.object().word()).append(" | ").append(type.meaning())
          .append(" | ").append(members(type)).append(" |\n");
    }
    page.append(
        "\nA member in brackets may be missing. A type may gain members in brackets and new types may come; nothing is renamed.\n");
    page.append("\n## Members of detail\n\n| member | JSON | form | meaning |\n|---|---|---|---|\n");
    for (AuditDetail member : AuditDetail.values()) {
      page.append("| `").append(member.key()).append("` | ").append(member.kind().jsonType()).append(" | ")
          .append(form(member.kind())).append(" | ").append(member.meaning()).append(" |\n");
    }
    page.append("\n## Actors\n\n| kind | id |\n|---|---|\n");
    for (AuditActor.Kind kind : AuditActor.Kind.values()) {
      page.append("| `").append(kind.word()).append("` | `").append(cell(kind.form())).append("` |\n");
    }
    page.append("\n## Objects\n\n| kind | id |\n|---|---|\n");
    for (AuditObject.Kind kind : AuditObject.Kind.values()) {
      page.append("| `").append(kind.word()).append("` | `").append(cell(kind.form())).append("` |\n");
    }
    page.append("\n## Outcomes\n\n");
    page.append(Arrays.stream(AuditOutcome.values()).map(o -> "`" + o.word() + "`").collect(Collectors.joining(", ")))
        .append(".\n");
    return page.toString();
  }

  private static String members(AuditType type) {
    Predicate<AuditDetail> allowed = type::allows;
    return Arrays.stream(AuditDetail.values()).filter(allowed)
        .map(member -> type.requires(member) ? "`" + member.key() + "`" : "[`" + member.key() + "`]")
        .collect(Collectors.joining(" "));
  }

  private static String form(DetailKind kind) {
    boolean pattern = kind == DetailKind.CODE || kind == DetailKind.ID;
    return pattern ? "`" + cell(kind.form()) + "`" : kind.form();
  }

  private static String cell(String pattern) {
    return pattern.replace("|", "\\|");
  }
}
