package dev.authpipe.quickstart.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.quickstart.chromium.Chromium;

/** A target that lacks a protection: the attacks find it, and do not find what is not there. */
@Tag("S10")
class MissingProtectionTest {
  private static final AttackReport SILENT = new AttackReport() {
    @Override
    public void begins(Attack attack) {}

    @Override
    public void ended(Finding finding) {}

    @Override
    public void leaves(int connections) {}
  };

  private static @Nullable Chromium chromium;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Files.isExecutable(Chromium.USUAL), "Chromium is missing: install the package chromium");
    chromium = Chromium.start(Chromium.USUAL);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
  }

  private static List<Finding> attack(Predicate<Attack> wanted, Gap... gaps) throws IOException {
    try (TargetWithGaps target = new TargetWithGaps(gaps)) {
      return new AttackKit(new Target(target.address()), Objects.requireNonNull(chromium)).run(SILENT, wanted);
    }
  }

  private static List<String> names(List<Finding> findings, Class<? extends Verdict> verdict) {
    return findings.stream().filter(finding -> verdict.isInstance(finding.verdict())).map(finding -> finding.attack().name())
        .toList();
  }

  /** Several at once, so that it is quick: each attack is one that the others do not hide. */
  @Test
  void missingProtectionsAreFoundBrokenAndNothingElseIs() throws IOException {
    List<Gap> gaps = List.of(Gap.NO_BINDING, Gap.NO_ISSUER, Gap.ANY_CODE, Gap.FRAMES, Gap.CODE_IN_STATUS, Gap.NO_CSRF,
        Gap.ANY_INTEGRATION, Gap.OLD_STATE);
    List<String> expected = gaps.stream().flatMap(gap -> gap.broken().stream()).toList();
    List<String> sound = List.of("Replayed state", "Answer at a slug", "Finish repeated with changes", "Expired finish code");
    List<Finding> findings = attack(attack -> expected.contains(attack.name()) || sound.contains(attack.name()),
        gaps.toArray(Gap[]::new));

    assertThat(names(findings, Verdict.Broken.class)).as(findings::toString).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(AttackKit.held(findings)).isFalse();
  }

  @TestFactory
  @Tag("long")
  @Tag("longest")
  Stream<DynamicTest> eachMissingProtectionIsFoundByItsAttacks() {
    return Arrays.stream(Gap.values()).map(gap -> dynamicTest(gap.name(), () -> {
      List<Finding> findings = attack(attack -> gap.broken().contains(attack.name()), gap);
      assertThat(names(findings, Verdict.Broken.class)).as(findings::toString).containsExactlyInAnyOrderElementsOf(gap.broken());
    }));
  }

  @Test
  @Tag("long")
  @Tag("longest")
  void aTargetThatLacksNothingHolds() throws IOException {
    List<Finding> findings = attack(_ -> true);

    assertThat(AttackKit.held(findings)).as(findings::toString).isTrue();
    assertThat(names(findings, Verdict.NotTried.class)).isEmpty();
    assertThat(Arrays.stream(Gap.values()).flatMap(gap -> gap.broken().stream()).distinct())
        .as("every attack has a gap that breaks it").containsExactlyInAnyOrderElementsOf(names(findings, Verdict.Holds.class));
  }
}
