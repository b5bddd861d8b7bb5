package dev.authpipe.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the patches of build/protections to the sources, so that they cannot rot between two runs of build/check-protections: each still
 * fits, and names a test that exists. Applies nothing.
 */
class ProtectionsTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern HEAD = Pattern.compile(
      "\\AProtection: \\S.*\\nRequirement: (S\\d+)\\nModule: ([a-z-]+)\\nTest: ([\\w.]+)#(\\w+)\\n(?:Throws: [\\w.]+\\n)?\\ndiff ");
  private static final Pattern FILE = Pattern.compile("(?m)^--- a/(.+)\\n\\+\\+\\+ b/(.+)\\n((?:[@ +\\\\-].*\\n?)+)");
  private static final Pattern HUNK = Pattern.compile(
      "@@ -\\d+(?:,(\\d+))? \\+\\d+(?:,(\\d+))? @@.*\\n((?:[ +-].*\\n?)+)");

  private static List<Path> patches;

  @BeforeAll
  static void find() throws IOException {
    try (Stream<Path> files = Files.list(REPOSITORY.resolve("build/protections"))) {
      patches = files.sorted(Comparator.comparingInt(ProtectionsTest::number)).toList();
    }
  }

  private static int number(Path patch) {
    return Integer.parseInt(patch.getFileName().toString().split("-", 2)[0]);
  }

  @Test
  void theyAreNumberedWithoutGap() {
    assertThat(patches).hasSizeGreaterThanOrEqualTo(12);
    for (int i = 0; i < patches.size(); i++) {
      assertThat(patches.get(i).getFileName().toString()).matches("%02d-[a-z-]+\\.patch".formatted(i + 1));
    }
  }

  @TestFactory
  Stream<DynamicTest> eachStillFitsTheSources() {
    return each(patch -> assertFits(patch, file -> text(REPOSITORY.resolve(file))));
  }

  @TestFactory
  Stream<DynamicTest> eachNamesATestOfItsRequirementThatExists() {
    return each(patch -> {
      MatchResult head = HEAD.matcher(patch).results().findFirst().orElseThrow(() -> new AssertionError("another head"));
      String test = text(
          REPOSITORY.resolve(head.group(2)).resolve("src/test/java").resolve(head.group(3).replace('.', '/') + ".java"));
      assertThat(test).containsPattern("\n  (public )?(void|Stream<DynamicTest>) " + head.group(4) + "\\(")
          .contains("@Tag(\"" + head.group(1) + "\")");
    });
  }

  @Test
  void aPatchOfOtherSourcesIsNoticed() {
    String patch = """
        --- a/proxy/src/main/java/A.java
        +++ b/proxy/src/main/java/A.java
        @@ -1,3 +1,2 @@
         before
        -guard
         after
        """;
    assertFits(patch, _ -> "first\nbefore\nguard\nafter\n");
    for (String sources : List.of("before\nguards\nafter\n", "before\nafter\n", "before\nguard\nafter\nbefore\nguard\nafter\n")) {
      assertThatThrownBy(() -> assertFits(patch, _ -> sources)).isInstanceOf(AssertionError.class);
    }
    for (String broken : List.of(patch.replace("-guard", " guard"), patch.replace("-1,3", "-1,4"),
        patch.replace("/main/", "/test/"))) {
      assertThatThrownBy(() -> assertFits(broken, _ -> "before\nguard\nafter\n")).isInstanceOf(AssertionError.class);
    }
  }

  private interface Sources {
    String of(String file);
  }

  /** Every hunk is whole, takes something away, and stands in its file exactly once. */
  private static void assertFits(String patch, Sources sources) {
    List<MatchResult> files = FILE.matcher(patch).results().toList();
    assertThat(files).as("files").isNotEmpty();
    for (MatchResult file : files) {
      assertThat(file.group(1)).isEqualTo(file.group(2)).matches("[a-z-]+/src/main/(java|resources)/.+");
      String source = "\n" + sources.of(file.group(1));
      List<MatchResult> hunks = HUNK.matcher(file.group(3)).results().toList();
      assertThat(hunks.stream().map(MatchResult::group).reduce("", String::concat)).as("hunks").isEqualTo(file.group(3));
      assertThat(file.group(3)).as("what is removed").containsPattern("(?m)^-");
      for (MatchResult hunk : hunks) {
        List<String> before = hunk.group(3).lines().filter(line -> !line.startsWith("+")).toList();
        assertThat(before).hasSize(size(hunk.group(1)));
        assertThat(hunk.group(3).lines().filter(line -> !line.startsWith("-"))).hasSize(size(hunk.group(2)));
        String wanted = "\n" + String.join("\n", before.stream().map(line -> line.substring(1)).toList()) + "\n";
        assertThat(Pattern.compile("(?=" + Pattern.quote(wanted) + ")").matcher(source).results()).as("places of%s", wanted)
            .hasSize(1);
      }
    }
  }

  private static int size(String count) {
    return count == null ? 1 : Integer.parseInt(count);
  }

  private interface Check {
    void of(String patch) throws Exception;
  }

  private static Stream<DynamicTest> each(Check check) {
    return patches.stream().map(patch -> dynamicTest(patch.getFileName().toString(), () -> check.of(text(patch))));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
