package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.authpipe.quickstart.chromium.BrowserException;
import dev.authpipe.quickstart.chromium.Chromium;

/**
 * The catalogue of attacks on the connect flow, played one after another. After each, nobody may have a connection that they should not
 * have; after all, an honest connect must still work. Touches nothing that is not on loopback.
 */
public final class AttackKit {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Target target;
  private final Chromium chromium;

  /**
   * Only remembers both.
   *
   * @param target   what is attacked
   * @param chromium the browser, which stays open
   */
  public AttackKit(Target target, Chromium chromium) {
    this.target = target;
    this.chromium = chromium;
  }

  /** All attacks, in the order in which they are played. */
  public static List<Attack> catalogue() {
    return Stream.of(AnswerAttacks.ALL, IssuerAttacks.ALL, PersonAttacks.ALL, ForeignPageAttacks.ALL, TimeAttacks.ALL,
        LinkAttacks.ALL)
        .flatMap(List::stream).toList();
  }

  /**
   * Looks whether there is something to attack.
   *
   * @param target which
   * @throws UnfitTargetException when no sample application answers there, or it sends elsewhere
   */
  public static void check(Target target) {
    HttpRequest request = HttpRequest.newBuilder(target.at("/api/overview")).timeout(PATIENCE).build();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER).build()) {
      var answer = http.send(request, BodyHandlers.ofString());
      answer.headers().firstValue("Location").map(answer.uri()::resolve).ifPresent(Loopback::require);
      if (!Json.read(answer.body()).has("signed_in")) {
        throw new UnfitTargetException("what answers at " + target.address() + " is not the sample application");
      }
    } catch (IOException away) {
      throw new UnfitTargetException("nothing answers at " + target.address() + ": start bin/authpipe demo first");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnfitTargetException("interrupted");
    }
  }

  /**
   * Plays attacks.
   *
   * @param report is told as it goes
   * @param wanted which ones
   * @return what became of each
   * @throws UnfitTargetException when the target leads away from loopback
   * @throws IOException          when the attacker's own site cannot listen
   */
  public List<Finding> run(AttackReport report, Predicate<Attack> wanted) throws IOException {
    List<Finding> findings = new ArrayList<>();
    try (Scene scene = Scene.set(target, chromium)) {
      try {
        for (Attack attack : catalogue().stream().filter(wanted).toList()) {
          report.begins(attack);
          long begun = System.nanoTime();
          Verdict verdict = play(attack, scene);
          Finding finding = new Finding(findings.size() + 1, attack, verdict, Duration.ofNanos(System.nanoTime() - begun));
          findings.add(finding);
          report.ended(finding);
        }
      } finally {
        int left = removeNew(scene);
        if (left > 0) {
          report.leaves(left);
        }
      }
    }
    return findings;
  }

  private static int removeNew(Scene scene) {
    try {
      return scene.ledger().removeNew();
    } catch (RefusedException | BrowserException stuck) {
      return 1; // at least: nobody can tell
    }
  }

  private static Verdict play(Attack attack, Scene scene) {
    Verdict verdict;
    try {
      verdict = attack.play().on(scene);
    } catch (RefusedException | BrowserException stuck) {
      verdict = new Verdict.Failed(String.valueOf(stuck.getMessage()));
    } catch (UnfitTargetException elsewhere) {
      throw elsewhere;
    } catch (Exception unexpected) { // its message might quote an address or an answer
      verdict = new Verdict.Failed("unexpected: " + unexpected.getClass().getSimpleName());
    }
    if (verdict instanceof Verdict.NotTried) {
      return verdict;
    }
    try {
      scene.tidy();
      String surprises = scene.ledger().surprises();
      if (!surprises.isEmpty()) {
        return new Verdict.Broken((verdict instanceof Verdict.Holds ? "" : verdict.text() + "; ") + surprises);
      }
    } catch (RefusedException | BrowserException stuck) {
      return verdict instanceof Verdict.Broken ? verdict : new Verdict.Failed("afterwards: " + stuck.getMessage());
    }
    return verdict;
  }

  /** Whether every attack held or was left out for a stated reason. */
  public static boolean held(List<Finding> findings) {
    return findings.stream().map(Finding::verdict)
        .allMatch(verdict -> verdict instanceof Verdict.Holds || verdict instanceof Verdict.NotTried);
  }

  /** The address of a target as somebody wrote it. */
  public static Target target(String text) {
    try {
      return new Target(URI.create(text));
    } catch (IllegalArgumentException malformed) {
      throw new UnfitTargetException("the target is not an address");
    }
  }
}
