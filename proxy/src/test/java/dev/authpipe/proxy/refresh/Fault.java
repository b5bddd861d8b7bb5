package dev.authpipe.proxy.refresh;

import java.util.Locale;
import java.util.Set;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;

/** The faults of docs/refresh-proof.md, and the modes in which nobody can save the grant. */
@SuppressWarnings("ImmutableEnumChecker") // the set is a copy
public enum Fault {
  KILLED_AFTER_CLAIM("killed after the claim", "JournalKillTest"),
  KILLED_AFTER_INTENT("killed after the intent, before bytes", "JournalKillTest"),
  REQUEST_LOST("request lost by the network", "FaultMatrixTest"),
  ANSWER_DROPPED("answer dropped by the network", "FaultMatrixTest", Rotation.STRICT),
  KILLED_AFTER_ANSWER("killed after the answer, before the journal", "JournalKillTest", Rotation.STRICT),
  KILLED_AFTER_JOURNAL("killed after the journal, before the commit", "JournalKillTest"),
  STORE_STOPPED("PostgreSQL stopped at the commit, started again later", "StoreStopFaultTest"),
  FAILOVER("failover that loses the acknowledged commit", "FailoverFaultTest"),
  PAUSED("sender paused past its lease while another replica sends", "FaultMatrixTest", Rotation.STRICT),
  SEAL_REFUSED("the key refuses to seal the answer", "FaultMatrixTest", Rotation.GRACE, Rotation.STRICT),
  CLOCK_OFF("clock of one replica off by an hour, each way", "FaultMatrixTest"),
  UNAVAILABLE("provider answers 503 for 72 hours", "FaultMatrixTest"),
  CLIENT_REFUSED("provider answers `invalid_client` for 9 days", "FaultMatrixTest"),
  DISCONNECT("disconnect while the answer is under way", "FaultMatrixTest"),
  KILLED_AT_FINISH("killed between a finish's answer and its commit", "JournalKillTest"),
  ANSWER_DROPPED_AT_FINISH("answer to a finish dropped by the network", "FinishFaultTest", Rotation.values()),
  SEAL_REFUSED_AT_FINISH("the key refuses to seal the answer to a finish", "FinishFaultTest", Rotation.values()),
  STORE_STOPPED_AT_FINISH("PostgreSQL stopped at the commit of a finish, started again later", "FinishFaultTest"),
  COMMIT_ANSWER_LOST_AT_FINISH("answer to the commit of a finish dropped by the network", "FinishFaultTest"),
  FAILOVER_AT_FINISH("failover that loses the acknowledged commit of a finish", "FinishFaultTest");

  private final String text;
  private final String test;
  private final Set<Rotation> conceded;

  Fault(String text, String test, Rotation... conceded) {
    this.text = text;
    this.test = test;
    this.conceded = Set.of(conceded);
  }

  String text() {
    return text;
  }

  /** The class that plays it. */
  String test() {
    return test;
  }

  boolean isConceded(Rotation rotation) {
    return conceded.contains(rotation);
  }

  /** As the tables name a mode. */
  static String word(Rotation rotation) {
    return rotation.name().toLowerCase(Locale.ROOT);
  }
}
