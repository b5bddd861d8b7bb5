package dev.authpipe.control.audit;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A page of the log, newest first.
 *
 * @param events     the events
 * @param next   below which number the next page begins; null: this was the last
 */
public record AuditPage(List<Event> events, @Nullable Long next) {

  /**
   * One event.
   *
   * @param seq       its number in the log
   * @param canonical the JSON whose bytes are hashed into the tree; must be passed on as it is
   */
  public record Event(long seq, String canonical) {}

  /** Copies the list. */
  public AuditPage {
    events = List.copyOf(events);
  }
}
