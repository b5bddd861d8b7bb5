package dev.authpipe.quickstart;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import dev.authpipe.quickstart.attack.Attack;
import dev.authpipe.quickstart.attack.AttackKit;
import dev.authpipe.quickstart.attack.Finding;
import dev.authpipe.quickstart.attack.Verdict;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.LoopbackServer;

/** What the attack kit refuses before it starts a browser, and how it tells what it found. */
class AttackKitCommandTest {
  /** A program that may be started, and is not, for nothing comes that far. */
  private static final String NO_BROWSER = "/bin/false";

  private record Ran(int code, String out, String err) {}

  private static Ran attack(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = new CommandLine(new AttackKitCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
        .execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://demo.example.com", "http://127.0.0.1.example.com:8410", "http://10.0.0.1:8410",
      "http://0.0.0.0:8410",
      "http://127.0.0.1@example.com", "http://example.com@127.0.0.1:8410", "file:///etc/passwd", "http://2130706433/",
      "http://[::2]:8410"})
  void aTargetThatIsNotOnLoopbackIsRefused(String target) {
    Ran ran = attack("--target", target, "--chromium", NO_BROWSER);

    assertThat(ran.code).isEqualTo(2);
    assertThat(ran.out).isEmpty();
    assertThat(ran.err.lines()).singleElement().asString()
        .startsWith("attack-kit: only a demo on this machine may be attacked, and the target ");
  }

  @Test
  void aTargetThatSendsElsewhereIsRefused() throws IOException {
    try (LoopbackServer server = LoopbackServer.start(
        exchange -> exchange.answer(Answer.redirect(302, URI.create("https://demo.example.com/api/overview"))))) {
      Ran ran = attack("--target", server.origin().toString(), "--chromium", NO_BROWSER);

      assertThat(ran).isEqualTo(new Ran(2, "",
          "attack-kit: only a demo on this machine may be attacked, and the target leads to demo.example.com.\n"));
    }
  }

  @Test
  void whatIsNotTheSampleApplicationIsRefused() throws IOException {
    URI gone;
    try (LoopbackServer server = LoopbackServer.start(exchange -> exchange.answer(Answer.html(200, "hello")))) {
      gone = server.origin();
      Ran ran = attack("--target", gone + "/", "--chromium", NO_BROWSER);

      assertThat(ran).isEqualTo(new Ran(2, "", "attack-kit: what answers at " + gone + " is not the sample application.\n"));
    }
    assertThat(attack("--target", gone.toString(), "--chromium", NO_BROWSER)).isEqualTo(
        new Ran(2, "", "attack-kit: nothing answers at " + gone + ": start bin/authpipe demo first.\n"));
  }

  @Test
  void aMissingBrowserIsNamed() {
    assertThat(attack("--target", "http://127.0.0.1:8410", "--chromium", "/nonexistent/chromium")).isEqualTo(new Ran(2, "",
        "attack-kit: there is no browser at /nonexistent/chromium: install the package chromium, or name its program with --chromium.\n"));
  }

  @Test
  void thePageListsEveryAttack() throws IOException {
    String rows = AttackKit.catalogue().stream()
        .map(attack -> "| " + attack.name() + " | " + attack.plays() + " | " + attack.must() + " |\n").collect(joining());
    assertThat(Files.readString(Path.of("../docs/attack-kit.md"))).contains("|---|---|---|\n" + rows + "\n");
    assertThat(AttackKit.catalogue().stream().map(Attack::name)).doesNotHaveDuplicates();
  }

  @Test
  void eachVerdictIsTold() {
    Attack attack = AttackKit.catalogue().getFirst();
    List<Verdict> verdicts = List.of(new Verdict.Holds("nothing"), new Verdict.Broken("too much"),
        new Verdict.NotTried("no time"), new Verdict.Failed("stuck"));
    StringWriter text = new StringWriter();
    StringWriter json = new StringWriter();
    AttackTextReport report = new AttackTextReport(new PrintWriter(text), new Terminal(false));
    AttackJsonReport lines = new AttackJsonReport(new PrintWriter(json));
    List<Finding> findings = verdicts.stream().map(verdict -> new Finding(1, attack, verdict, Duration.ofMillis(5))).toList();
    findings.forEach(finding -> {
      report.begins(attack);
      report.ended(finding);
      lines.ended(finding);
    });
    report.conclude(findings);

    assertThat(text.toString()).containsSubsequence("✓ " + attack.name(), "holds", "seen  nothing", "✗", "BROKEN", "must  ",
        "seen  too much", "- ", "not tried", "why   no time", "? ", "unknown", "seen  stuck",
        "✗ 1 BROKEN, 1 held, 1 not tried, 1 could not be played").doesNotContain("\u001b");
    assertThat(json.toString().lines()).hasSize(4).allMatch(line -> line.startsWith("{\"attack\":1,\"chapter\":"));
    assertThat(json.toString()).containsSubsequence("\"holds\"", "\"broken\"", "\"not_tried\"", "\"unknown\"");
    assertThat(AttackKit.held(findings)).isFalse();
    assertThat(AttackKit.held(List.of(findings.get(0), findings.get(2)))).isTrue();
  }
}
