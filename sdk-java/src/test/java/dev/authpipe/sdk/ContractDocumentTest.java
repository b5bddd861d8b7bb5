package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.error.ErrorCode;

/** The documents of the proxy's API hold the client to its names: nothing of an answer is passed over unknowingly. */
class ContractDocumentTest {
  private static final Path API = Path.of("../docs/api");
  /** What the client does not look at: the kinds of a problem beside its code, and versions of forms that it keeps as they came. */
  private static final Set<String> NOT_READ = Set.of("title", "format");
  private static final Pattern LITERAL = Pattern.compile("\"([a-z][a-z0-9_]*)\"");

  @Test
  void everyMemberOfEverySchemaIsKnownByName() throws IOException {
    Set<String> members = members();
    assertThat(members).hasSizeGreaterThan(120);
    Set<String> known = new TreeSet<>(NOT_READ);
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/dev/authpipe/sdk"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        LITERAL.matcher(Files.readString(source)).results().forEach(found -> known.add(found.group(1)));
      }
    }

    members.removeAll(known);

    assertThat(members).as("members of docs/api/proxy.yaml that no class of the client names").isEmpty();
  }

  @Test
  void everyErrorCodeHasAConstantAndNoneIsInvented() throws IOException {
    Set<String> codes = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `(\\w+)` \\| \\d{3} \\|").matcher(Files.readString(API.resolve("errors.md")));
    while (row.find()) {
      codes.add(row.group(1));
    }
    Set<String> constants = Arrays.stream(ErrorCode.class.getFields()).filter(field -> Modifier.isStatic(field.getModifiers()))
        .map(field -> field.getName().toLowerCase(java.util.Locale.ROOT))
        .filter(name -> !Set.of("unexpected_answer", "no_answer", "not_this_users_session").contains(name))
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(constants).hasSizeGreaterThan(50).isEqualTo(codes);
  }

  /** Eight spaces deep, between {@code properties:} and whatever else a schema has. */
  private static Set<String> members() throws IOException {
    Set<String> members = new TreeSet<>();
    boolean schemas = false;
    boolean properties = false;
    for (String line : Files.readAllLines(API.resolve("proxy.yaml"))) {
      if (line.matches("  [a-z]+:")) {
        schemas = line.equals("  schemas:");
      } else if (schemas && line.matches(" {6}\\S.*")) {
        properties = line.equals("      properties:");
      } else if (schemas && line.matches(" {4}\\S.*")) {
        properties = false;
      } else if (schemas && properties && line.matches(" {8}[a-z_0-9]+:.*")) {
        members.add(line.strip().replaceAll(":.*", ""));
      }
    }
    return members;
  }
}
