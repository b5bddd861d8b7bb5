package dev.authpipe.quickstart.attack;

import java.util.List;

/** A protection that a target may lack, and the attacks that must then be found broken. */
enum Gap {
  STATE_REUSED("Replayed state", "100 answers at once"),
  ANY_STATE("Foreign state"),
  ANY_CODE("Attacker's code under the victim's state"),
  NO_BINDING("Answer in another browser", "Answer without cookie", "Answer with a forged cookie"),
  ANY_PATH("Answer at a slug"),
  ANY_INTEGRATION("Answer at another integration"),
  OLD_STATE("Expired state"),
  OLD_FINISH_CODE("Expired finish code"),
  NO_ISSUER("Wrong issuer", "Issuer with a trailing slash", "Missing issuer"),
  NO_LOGIN("Attacker starts, victim completes", "Victim's return in the attacker's login",
      "Attacker's return in the victim's login",
      "Planted cookie"),
  FOR_WHO_STARTED("Attacker starts, victim completes", "Attacker starts, somebody unknown completes"),
  CODE_IN_STATUS("Attacker starts, victim completes"),
  FINISH_REPEATS("Finish repeated with changes"),
  FRAMES("Framed connect page", "Framed return page"),
  ANY_ORIGIN("Foreign requests that change something"),
  READABLE("Foreign reading"),
  OPENER("Window of the connect page", "Window of the return page"),
  GET_CONSUMES("Link scanner", "Secrets in addresses"),
  ANY_RETURN("Open redirect"),
  NO_CSRF("Guessed CSRF token"),
  NO_FINISH("An honest connect");

  private static final String BETWEEN = "; ";

  private final String broken;

  Gap(String... broken) {
    this.broken = String.join(BETWEEN, broken);
  }

  List<String> broken() {
    return List.of(broken.split(BETWEEN, -1));
  }
}
