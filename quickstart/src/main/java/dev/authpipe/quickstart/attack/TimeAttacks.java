package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What was good once, two hours later. The hours pass by the target's own clock, which its page moves on for anybody who is signed in; a
 * target whose clock stays is not attacked here.
 */
final class TimeAttacks {
  private static final String CHAPTER = "Two hours later";

  static final List<Attack> ALL = List.of(
      new Attack(CHAPTER, "Expired state",
          "Keeps an answer that nobody opened, and opens it two hours later by the demo's clock.",
          AnswerAttacks.REFUSED, TimeAttacks::expiredState),
      new Attack(CHAPTER, "Expired finish code",
          "Keeps a return address with its finish code, and finishes two hours later by the demo's clock.",
          "The finish is refused.", TimeAttacks::expiredFinishCode));

  private TimeAttacks() {}

  private static Verdict expiredState(Scene scene) {
    try (Program victim = scene.victimsProgram()) {
      arrivedInTime(victim, victim.begin()); // such an answer is refused for its age alone
      URI answer = victim.answered(victim.begin());
      Optional<Verdict> stays = twoHoursPass(victim);
      return stays.orElseGet(() -> AnswerAttacks.refused(List.of(victim.arrive(answer))));
    }
  }

  private static Verdict expiredFinishCode(Scene scene) {
    try (Program victim = scene.victimsProgram()) {
      Trip trip = victim.begin();
      String finishCode = arrivedInTime(victim, trip);
      Optional<Verdict> stays = twoHoursPass(victim);
      return stays.orElseGet(() -> {
        Answer finish = victim.finish(trip, finishCode);
        return Verdict.when(!finish.granted(), "finish: " + finish);
      });
    }
  }

  private static String arrivedInTime(Program victim, Trip trip) {
    Arrival arrival = victim.arrive(victim.answered(trip));
    return arrival.finishCode().orElseThrow(() -> new RefusedException("an answer in time was refused: " + arrival));
  }

  /** Why they did not; nothing when they did. */
  private static Optional<Verdict> twoHoursPass(Program somebody) {
    Answer moved = somebody.letTimePass();
    return moved.granted()
        ? Optional.empty()
        : Optional.of(new Verdict.NotTried("the target's clock does not move on: " + moved));
  }
}
