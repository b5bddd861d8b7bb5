package dev.authpipe.quickstart.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.quickstart.docs.Pages.Page;

/** What the documentation names exists. */
class DocsTest {
  private static final Pattern COMMAND = Pattern.compile("bin/authpipe((?: [a-z][a-z-]*)*)((?: --?[a-z][a-z-]*)*)");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|mailto:|#)([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final Pattern QUOTED_ERROR = Pattern
      .compile("(?:\\b[45]\\d\\d `|Authpipe-Error: `?|with `)([a-z]+(?:_[a-z]+)+)`?");
  private static final Pattern SETTING = Pattern.compile("[a-z][a-z_]*(?:\\.[a-z][a-z_]*)+");

  private static final List<Page> PAGES = Pages.all();

  @Test
  void everyCommandExists() {
    Set<String> missing = new TreeSet<>();
    for (Page page : PAGES) {
      for (String code : page.code()) {
        Matcher matcher = COMMAND.matcher(code);
        while (matcher.find()) {
          List<String> words = words(matcher.group(1));
          if (!exists(words) || !options(words).containsAll(words(matcher.group(2)))) {
            missing.add(page + ": " + matcher.group());
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyRelativeLinkResolves() {
    Set<String> broken = new TreeSet<>();
    for (Page page : PAGES) {
      page.found(LINK).forEach(link -> {
        if (!Files.exists(page.target(link.group(1)))) {
          broken.add(page + ": " + link.group(1));
        }
      });
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyQuotedErrorCodeExists() {
    Set<String> unknown = new TreeSet<>();
    for (Page page : PAGES) {
      page.found(QUOTED_ERROR).forEach(quoted -> {
        if (ErrorCode.of(quoted.group(1)).isEmpty()) {
          unknown.add(page + ": " + quoted.group(1));
        }
      });
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void everySettingQuotedInTheOperatorsPageIsInItsGeneratedTable() {
    Page page = page("docs/operations.md");
    Set<String> known = new TreeSet<>();
    page.found(Pattern.compile("(?m)^\\| `([a-z_.]+)` \\|")).forEach(row -> known.add(row.group(1)));
    assertThat(known).hasSizeGreaterThan(20);
    Set<String> sections = new TreeSet<>();
    known.forEach(key -> {
      for (int dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
        sections.add(key.substring(0, dot));
      }
    });
    Set<String> unknown = new TreeSet<>();
    for (String code : page.code()) {
      boolean setting = SETTING.matcher(code).matches() && sections.contains(code.substring(0, code.indexOf('.')));
      if (setting && !known.contains(code) && !sections.contains(code)) {
        unknown.add(code);
      }
    }
    assertThat(unknown).isEmpty();
  }

  private static Page page(String path) {
    return PAGES.stream().filter(page -> page.path().equals(Path.of(path))).findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + path));
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
  }

  private static boolean exists(List<String> words) {
    return words.isEmpty() || words.getFirst().equals("demo") || run(words) == 0;
  }

  /** The options in the help of a command; the demonstration is another program with one option. */
  private static Set<String> options(List<String> words) {
    Set<String> options = new TreeSet<>();
    if (!words.isEmpty() && words.getFirst().equals("demo")) {
      options.addAll(List.of("--once", "--help", "--json"));
      return options;
    }
    Matcher matcher = Pattern.compile("--?[a-z][a-z-]*").matcher(help(words));
    while (matcher.find()) {
      options.add(matcher.group());
    }
    return options;
  }

  private static int run(List<String> words) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, withHelp(words));
  }

  private static String help(List<String> words) {
    var help = new java.io.ByteArrayOutputStream();
    PrintStream out = new PrintStream(help, true, StandardCharsets.UTF_8);
    AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), out, out, withHelp(words));
    return help.toString(StandardCharsets.UTF_8);
  }

  private static String[] withHelp(List<String> words) {
    List<String> all = new ArrayList<>(words);
    all.add("--help");
    return all.toArray(String[]::new);
  }
}
