package dev.authpipe.quickstart.flow;

import java.util.ArrayList;
import java.util.List;

/** The whole demonstration: connect, use, refresh, disconnect, erase, and what is on record. */
public final class DemoFlow implements AutoCloseable {
  private final Journey journey;

  /**
   * A demonstration that has not begun.
   *
   * @param where where everything runs
   */
  public DemoFlow(Surroundings where) {
    this.journey = new Journey(where);
  }

  /** Its steps, in order; each needs those before it. */
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    steps.addAll(new ConnectSteps(journey).steps());
    steps.addAll(new UseSteps(journey).steps());
    steps.addAll(new RefreshSteps(journey).steps());
    steps.addAll(new EndSteps(journey).steps());
    steps.addAll(new RecordSteps(journey).steps());
    return steps;
  }

  /** Closes the browsers. */
  @Override
  public void close() {
    journey.close();
  }
}
