package dev.authpipe.quickstart.sample;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.audit.AuditEvent;
import dev.authpipe.sdk.audit.AuditFilter;
import dev.authpipe.sdk.audit.AuditLog;

/**
 * What the proxy's audit log holds about some objects, in the order of the steps that a person took. It asks for these objects only, so that
 * nobody is shown what others did.
 */
final class ProxyRecord {

  private static final int MOST_EVENTS_PER_OBJECT = 100;

  private final Authpipe authpipe;

  ProxyRecord(Authpipe authpipe) {
    this.authpipe = authpipe;
  }

  /** The steps, the latest first; the events of each in their order. */
  List<Map<String, Object>> steps(Collection<String> objects) {
    List<List<AuditEvent>> steps = new ArrayList<>();
    RecordWords.Chapter chapter = RecordWords.Chapter.CONNECT;
    for (AuditEvent event : events(objects)) {
      RecordWords.Chapter own = RecordWords.chapter(event, chapter);
      if (steps.isEmpty() || own != chapter || RecordWords.begins(event)) {
        steps.add(new ArrayList<>());
      }
      chapter = own;
      steps.getLast().add(event);
    }
    return steps.reversed().stream().map(ProxyRecord::step).toList();
  }

  private List<AuditEvent> events(Collection<String> objects) {
    List<AuditEvent> found = new ArrayList<>();
    for (String object : objects) {
      int left = MOST_EVENTS_PER_OBJECT;
      for (AuditEvent event : authpipe.audit().events(AuditFilter.of(AuditLog.VAULT).withObject(object))) {
        if (left-- == 0) {
          break;
        }
        found.add(event);
      }
    }
    found.sort(Comparator.comparingLong(AuditEvent::epoch).thenComparingLong(AuditEvent::sequence));
    return found;
  }

  private static Map<String, Object> step(List<AuditEvent> events) {
    RecordWords.Title title = RecordWords.title(events);
    return Map.of("title", title.title(), "text", title.text(), "events", events.stream().map(ProxyRecord::describe).toList());
  }

  private static Map<String, Object> describe(AuditEvent event) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("at", event.time().toString());
    shown.put("type", event.type());
    shown.put("said", RecordWords.said(event));
    shown.put("outcome", event.outcome());
    if (event.reason() != null) {
      shown.put("reason", event.reason());
    }
    return shown;
  }
}
