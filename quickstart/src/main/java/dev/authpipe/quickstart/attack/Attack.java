package dev.authpipe.quickstart.attack;

/**
 * One attack of the catalogue.
 *
 * @param chapter what kind of attack it is
 * @param name    short, and of its own
 * @param plays   what the attacker does, as a sentence
 * @param must    what must happen, as a sentence
 * @param play    how it is played
 */
public record Attack(String chapter, String name, String plays, String must, Play play) {
  /** Plays an attack on a scene; ends by itself. */
  @FunctionalInterface
  interface Play {
    Verdict on(Scene scene) throws Exception;
  }
}
