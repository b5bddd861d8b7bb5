package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.authpipe.quickstart.chromium.Chromium;

/** What all attacks share: two people with a browser profile each, the attacker's own site, and who should have which connection. */
final class Scene implements AutoCloseable {
  private static final String VICTIM = "user_ada";
  private static final String ATTACKER = "user_bruno";
  private static final int RANDOM_BYTES = 32;

  private final Target target;
  private final ForeignSite foreign;
  private final BrowserUser victim;
  private final BrowserUser attacker;
  private final Ledger ledger;
  private final SecureRandom random = new SecureRandom();
  private @Nullable Finished finished;

  /**
   * A trip that was finished honestly.
   *
   * @param trip     which
   * @param callback the provider's answer, which was opened
   * @param returned the return to the application, which was opened
   */
  record Finished(Trip trip, URI callback, URI returned) {
    String finishCode() {
      return Addresses.parameter(returned, "finish_code").orElse("");
    }

    @Override
    public String toString() {
      return "Finished[***]";
    }
  }

  private Scene(Target target, ForeignSite foreign, BrowserUser victim, BrowserUser attacker) {
    this.target = target;
    this.foreign = foreign;
    this.victim = victim;
    this.attacker = attacker;
    this.ledger = new Ledger(List.of(victim, attacker));
  }

  /** Signs both people in; a target at which they cannot is unfit. */
  static Scene set(Target target, Chromium chromium) throws IOException {
    ForeignSite foreign = ForeignSite.start();
    try {
      return new Scene(target, foreign, BrowserUser.signIn(chromium.profile(), target, VICTIM),
          BrowserUser.signIn(chromium.profile(), target, ATTACKER));
    } catch (RefusedException unfit) {
      foreign.close();
      throw new UnfitTargetException(String.valueOf(unfit.getMessage()));
    } catch (RuntimeException failed) {
      foreign.close();
      throw failed;
    }
  }

  Target target() {
    return target;
  }

  ForeignSite foreign() {
    return foreign;
  }

  BrowserUser victim() {
    return victim;
  }

  BrowserUser attacker() {
    return attacker;
  }

  Ledger ledger() {
    return ledger;
  }

  /** The victim with a program instead of a browser, signed in. */
  Program victimsProgram() {
    return Program.signedIn(target, VICTIM);
  }

  /** The attacker with a program, signed in. */
  Program attackersProgram() {
    return Program.signedIn(target, ATTACKER);
  }

  /** What looks like a state, a cookie or a code, and is none. */
  String randomText() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The victim connects an account honestly in the browser; once, for all attacks that come after a connection. */
  Finished finished() {
    Finished known = finished;
    if (known == null) {
      Trip trip = Trip.begunBy(victim, target);
      URI callback = trip.answeredTo(victim);
      URI returned = victim.profile().tab().openUntil(callback, target.at(Target.RETURN_PATH) + "*")
          .orElseThrow(() -> new RefusedException("an honest answer of the provider did not lead back to the application"));
      Answer finish = Trip.opensReturn(victim, returned);
      if (!finish.granted()) {
        throw new RefusedException("an honest finish was refused: " + finish);
      }
      String wrong = ledger.expectOneMoreOf(victim);
      if (!wrong.isEmpty()) {
        throw new RefusedException("after an honest finish " + wrong);
      }
      known = new Finished(trip, callback, returned);
      finished = known;
    }
    return known;
  }

  /** Somebody opens a provider's answer in their browser; a finish code, or what the page says instead. */
  Arrival opens(BrowserUser who, URI callback) {
    var tab = who.profile().tab();
    Optional<URI> returned = tab.openUntil(Loopback.require(callback), target.at(Target.RETURN_PATH) + "*");
    if (returned.isPresent()) {
      return new Arrival(303, "", returned);
    }
    Trip.requireLoopback(tab);
    int status = tab
        .awaitAnswer(seen -> seen.address().getRawPath().equals(callback.getRawPath()), java.time.Duration.ofSeconds(2))
        .map(seen -> seen.status()).orElse(0);
    return new Arrival(status, tab.evaluate("document.querySelector('code')?.textContent ?? ''").asText(), Optional.empty());
  }

  /** Between two attacks. */
  void tidy() {
    victim.tidy();
    attacker.tidy();
  }

  @Override
  public void close() {
    foreign.close();
    victim.close();
    attacker.close();
  }
}
