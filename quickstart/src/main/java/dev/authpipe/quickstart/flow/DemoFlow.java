package dev.authpipe.quickstart.flow;

import java.util.ArrayList;
import java.util.List;

/** The whole demonstration: connect, use, refresh, disconnect, erase, what the control plane sees of it, and what is on record. */
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
    MetadataSteps metadata = new MetadataSteps(journey);
    steps.addAll(metadata.connected());
    steps.addAll(new RefreshSteps(journey).steps());
    EndSteps end = new EndSteps(journey);
    steps.addAll(end.disconnecting());
    steps.addAll(metadata.disconnected());
    steps.addAll(end.erasing());
    steps.addAll(new RecordSteps(journey).steps());
    return steps;
  }

  /** Closes the browsers. */
  @Override
  public void close() {
    journey.close();
  }
}
