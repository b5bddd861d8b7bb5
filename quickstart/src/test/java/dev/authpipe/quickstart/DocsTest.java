package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds every page to what exists: links, paths, commands with their options, settings, and every other name that a page sets as code. The
 * tables of settings, errors and audit events are compared by the tests of their rooms.
 */
class DocsTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules", "dist");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]\\n]*]\\(([^)\\s]*)\\)");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```");
  private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+)*");
  private static final Pattern VARIABLE = Pattern.compile("\\bAUTHPIPE_[A-Z0-9_]+");
  private static final Pattern TOP_LEVEL_SETTING = Pattern.compile("(?m)^\\| `([a-z_]+)[.`]");

  /** Pages that are made from the code, and compared with it by the tests of their rooms. */
  private static final Set<String> GENERATED = Set.of("docs/api/errors.md", "docs/audit-events.md",
      "docs/api/control-errors.md", "docs/api/control-permissions.md", "docs/control-audit-events.md");

  /** Words that pages set as code and that belong to somebody else. */
  private static final Set<String> FOREIGN = Set.of("terminationGracePeriod");

  /** Words that the code puts together of a store's or a purpose's name. */
  private static final Set<String> COMPOSED = Set.of("vault_owner", "client_secrets_owner", "deployment-hash",
      "deployment-api-key-hash", "deployment-audit-signing");

  private static List<Path> pages;
  private static String sources;

  @BeforeAll
  static void read() throws IOException {
    pages = files(file -> file.toString().endsWith(".md") && !isAheadOfTheCode(REPOSITORY.relativize(file).toString()));
    StringBuilder text = new StringBuilder();
    for (Path file : files(
        file -> file.toString().matches(".*\\.(java|ya?ml|sql|js|tsx?|html|css|xml|json|mjs|py|sh)|.*/(bin|\\.ci)/\\w+"))) {
      text.append(file.getFileName()).append('\n').append(Files.readString(file)).append('\n');
    }
    sources = text.toString();
  }

  @TestFactory
  Stream<DynamicTest> everyLinkLeadsSomewhere() {
    return pages.stream().map(page -> dynamicTest(REPOSITORY.relativize(page).toString(), () -> {
      List<String> broken = new ArrayList<>();
      LINK.matcher(withoutFences(text(page))).results().map(found -> found.group(1)).filter(link -> !link.matches("https?://.*"))
          .filter(link -> !leads(page, link)).forEach(broken::add);
      assertThat(broken).isEmpty();
    }));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandOfTheLauncherExistsWithItsOptions() {
    return code("bin/authpipe ").map(command -> dynamicTest(command, () -> {
      String help = help(subcommands(command));
      assertThat(OPTION.matcher(command).results().map(found -> found.group()).filter(option -> !help.contains(option)))
          .isEmpty();
    }));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandOfMavenNamesModulesTestsAndGoalsThatExist() {
    return code("mvn ").map(command -> dynamicTest(command, () -> {
      List<String> wrong = new ArrayList<>();
      for (String word : command.replace("'", "").split(" ", -1)) {
        if (word.startsWith("-Dtest=")) {
          Stream.of(word.substring(7).split(",", -1)).filter(name -> !sources.contains("class " + name + " "))
              .forEach(wrong::add);
        } else if (!word.startsWith("-") && !List.of("mvn", "verify", "test", "spotless:apply").contains(word)
            && !Files.exists(REPOSITORY.resolve(word).resolve("pom.xml"))) {
          wrong.add(word);
        }
      }
      assertThat(wrong).isEmpty();
    }));
  }

  @Test
  void readmeNamesTheTwoCommandsThatCiRunsAndNothingNarrower() {
    String ci = text(REPOSITORY.resolve(".ci/run"));
    assertThat(FENCE.matcher(text(REPOSITORY.resolve("README.md"))).results().map(found -> found.group(1))
        .filter(block -> block.contains("mvn "))).singleElement().asString().contains("bin/authpipe demo --once", "mvn verify");
    assertThat(ci).containsSubsequence("\nmvn -B --no-transfer-progress verify ", "\nbin/authpipe demo --once\n")
        .contains(" -Dtests.except=longest").doesNotContain("-Dtest=", "-DskipTests", ".skip=");
  }

  @Test
  void everySettingNamedByAPageIsInTheTable() {
    String table = text(REPOSITORY.resolve("docs/operations.md"));
    String control = text(REPOSITORY.resolve("docs/control-plane.md")); // held to the code by the control plane's own test
    Set<String> groups = new TreeSet<>();
    TOP_LEVEL_SETTING.matcher(table).results().forEach(found -> groups.add(found.group(1)));
    assertThat(groups).contains("listeners", "stores", "keys");
    Set<String> unknown = new TreeSet<>();
    for (Path page : pages) {
      spans(page).filter(span -> span.matches("[a-z_]+(\\.[a-z_]+)+") && groups.contains(span.substring(0, span.indexOf('.'))))
          .filter(span -> !table.contains("| `" + span + "`<br>") && !control.contains("| `" + span + "` |")
              && !isAuditEvent(span) && !sources.contains(span + "\n"))
          .forEach(unknown::add);
    }
    assertThat(unknown).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyNameSetAsCodeExists() {
    return pages.stream().map(page -> REPOSITORY.relativize(page).toString()).filter(page -> !GENERATED.contains(page))
        .map(page -> dynamicTest(page, () -> {
          Set<String> unknown = new TreeSet<>();
          spans(REPOSITORY.resolve(page)).filter(span -> NAME.matcher(span).matches())
              .filter(name -> !FOREIGN.contains(name) && !COMPOSED.contains(name) && !name.startsWith("AUTHPIPE_"))
              .filter(name -> !Stream.of(name.split("\\.", -1)).allMatch(DocsTest::isNamedInSources)).forEach(unknown::add);
          assertThat(unknown).isEmpty();
        }));
  }

  @TestFactory
  Stream<DynamicTest> everyVariableOfTheEnvironmentNamedByAPageExists() {
    String table = text(REPOSITORY.resolve("docs/operations.md"));
    return pages.stream().map(page -> dynamicTest(REPOSITORY.relativize(page).toString(), () -> {
      Set<String> unknown = new TreeSet<>();
      VARIABLE.matcher(text(page)).results().map(found -> found.group())
          .filter(name -> !table.contains("<br>`" + name + "` |") && !sources.contains(name)).forEach(unknown::add);
      assertThat(unknown).isEmpty();
    }));
  }

  /** As it is written, as the constant that is written so in answers and rows, or as the meter that Prometheus writes so. */
  private static boolean isNamedInSources(String name) {
    return sources.contains(name) || sources.contains('"' + name.replaceFirst("_total$", "").replace('_', '.') + '"')
        || sources.contains(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Decisions are about what comes as well, and are never rewritten. */
  private static boolean isAheadOfTheCode(String page) {
    return page.matches("docs/adr/\\d+-.*");
  }

  private static boolean isAuditEvent(String name) {
    return Stream.of("docs/audit-events.md", "docs/control-audit-events.md")
        .anyMatch(page -> text(REPOSITORY.resolve(page)).contains("| `" + name + "` |"));
  }

  @TestFactory
  Stream<DynamicTest> everyPathSetAsCodeExists() throws IOException {
    List<String> roots;
    try (Stream<Path> entries = Files.list(REPOSITORY)) {
      roots = entries.map(entry -> entry.getFileName().toString()).toList();
    }
    return pages.stream().map(page -> dynamicTest(REPOSITORY.relativize(page).toString(), () -> {
      Set<String> unknown = new TreeSet<>();
      spans(page).filter(span -> span.matches("[\\w.-]+/[\\w./-]+") && roots.contains(span.substring(0, span.indexOf('/'))))
          .filter(path -> !path.contains("/target/") && !Files.exists(REPOSITORY.resolve(path))).forEach(unknown::add);
      assertThat(unknown).isEmpty();
    }));
  }

  /** Commands that pages show, in fenced blocks or in the text, without their comments. */
  private static Stream<String> code(String beginning) {
    Set<String> commands = new TreeSet<>();
    for (Path page : pages) {
      Stream<String> lines = FENCE.matcher(text(page)).results().flatMap(block -> block.group(1).lines());
      Stream.concat(lines, spans(page)).map(line -> line.replaceFirst(" +# .*", "").strip())
          .filter(line -> line.startsWith(beginning)).forEach(commands::add);
    }
    assertThat(commands).isNotEmpty();
    return commands.stream();
  }

  private static List<String> subcommands(String command) {
    return Stream.of(command.split(" ", -1)).skip(1).takeWhile(word -> word.matches("[a-z]+(-[a-z]+)*")).toList();
  }

  /** The help of a command, or of the longest part of it that is one: what follows is an argument. */
  private static String help(List<String> words) {
    for (int length = words.size(); length >= Math.min(1, words.size()); length--) {
      String command = ("authpipe " + String.join(" ", words.subList(0, length))).strip();
      StringWriter out = new StringWriter();
      String[] arguments = Stream.concat(words.stream().limit(length), Stream.of("--help")).toArray(String[]::new);
      int code = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out)).execute(arguments);
      if (code == 0 && out.toString().contains("Usage: " + command)) {
        return out.toString();
      }
    }
    throw new AssertionError("there is no command " + String.join(" ", words));
  }

  private static boolean leads(Path page, String link) {
    int fragment = link.indexOf('#');
    String path = fragment < 0 ? link : link.substring(0, fragment);
    Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    return Files.exists(target) && (fragment < 0 || headings(target).contains(link.substring(fragment + 1)));
  }

  /** The anchors that headings get. */
  private static Set<String> headings(Path page) {
    Set<String> anchors = new TreeSet<>();
    withoutFences(text(page)).lines().filter(line -> line.matches("#+ .*")).forEach(line -> anchors.add(line
        .replaceFirst("#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-')));
    return anchors;
  }

  private static Stream<String> spans(Path page) {
    return SPAN.matcher(withoutFences(text(page))).results().map(found -> found.group(1));
  }

  private static String withoutFences(String text) {
    return FENCE.matcher(text).replaceAll("");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Predicate<Path> wanted) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(REPOSITORY, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        return NOT_OURS.contains(directory.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (wanted.test(file)) {
          found.add(file);
        }
        return FileVisitResult.CONTINUE;
      }
    });
    return found.stream().sorted().toList();
  }
}
