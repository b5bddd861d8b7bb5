package dev.authpipe.quickstart.sample;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.authpipe.sdk.audit.AuditEvent;

/** Plain words for the events of the audit log, and which step of a person each belongs to. */
final class RecordWords {

  /** What a step was about. */
  enum Chapter {
    CONNECT,
    USE,
    RENEW,
    DISCONNECT,
    ERASE
  }

  /** What a step is called, and what it means. */
  record Title(String title, String text) {}

  private record Words(Chapter chapter, String said) {}

  private static final String BEGIN = "connect.session_created";

  private static final Map<String, Words> WORDS = Map.ofEntries(
      words(BEGIN, Chapter.CONNECT, "Tasklight asked for a connect session in your name."),
      words("connect.started", Chapter.CONNECT, "You went on to the service."),
      words("connect.authorized", Chapter.CONNECT, "The service agreed. Its code was sealed, and not exchanged yet."),
      words("connect.finished", Chapter.CONNECT, "Tasklight had finished, from your own login session."),
      words("connect.failed", Chapter.CONNECT, "It came to nothing."),
      words("connect.refused", Chapter.CONNECT, "A step was refused."),
      words("connect.expired", Chapter.CONNECT, "The time ran out. What was sealed for it is gone."),
      words("connection.created", Chapter.CONNECT,
          "Only now was the code exchanged, the connection made and its credential sealed."),
      words("connection.reconnected", Chapter.CONNECT,
          "Only now was the code exchanged. The connection got a new grant, and kept its id."),
      words("credential.read", Chapter.USE, "Tasklight was handed the access token."),
      words("credential.called", Chapter.USE, "Tasklight called the service. The credential was added on the way."),
      words("refresh.succeeded", Chapter.RENEW, "The service gave a new access token, which was sealed."),
      words("refresh.failed", Chapter.RENEW, "It did not work, and will be tried again."),
      words("refresh.recovered", Chapter.RENEW, "What had been interrupted was put right."),
      words("refresh.reauthorization_required", Chapter.RENEW,
          "The service accepts the grant no more. Only you can connect again."),
      words("connection.disconnected", Chapter.DISCONNECT, "The connection was ended."),
      words("connection.purged", Chapter.DISCONNECT, "What was left of the connection was deleted."),
      words("erasure.requested", Chapter.ERASE, "Your erasure was asked for."),
      words("erasure.completed", Chapter.ERASE, "Your erasure is done, and its receipt signed."),
      words("connection.erased", Chapter.ERASE, "A connection was deleted, with everything about it."));

  /** What belongs to the step before it, whichever that was. */
  private static final Map<String, String> ALONG = Map.of("credential.erased", "The sealed credential was erased.",
      "revocation.sent",
      "A revocation went to the service.", "revocation.confirmed", "The service confirmed it: its tokens are dead.",
      "revocation.given_up", "The revocation could not be done.");

  private RecordWords() {}

  private static Map.Entry<String, Words> words(String type, Chapter chapter, String said) {
    return Map.entry(type, new Words(chapter, said));
  }

  /** Every type with words of its own. */
  static Set<String> types() {
    Set<String> all = new TreeSet<>(WORDS.keySet());
    all.addAll(ALONG.keySet());
    return all;
  }

  static Chapter chapter(AuditEvent event, Chapter before) {
    if (event.type().equals("connection.disconnected") && event.detail().getOrDefault("purge", "").equals("true")) {
      return Chapter.ERASE; // the first thing that an erasure does
    }
    Words words = WORDS.get(event.type());
    return words == null ? before : words.chapter();
  }

  /** Whether a step begins here even when the one before was of the same chapter. */
  static boolean begins(AuditEvent event) {
    return event.type().equals(BEGIN);
  }

  static String said(AuditEvent event) {
    if (event.type().startsWith("credential.") && event.outcome().equals("refused")) {
      return "The proxy refused Tasklight.";
    }
    Words words = WORDS.get(event.type());
    return words == null ? ALONG.getOrDefault(event.type(), "Something else happened to it.") : words.said();
  }

  static Title title(List<AuditEvent> events) {
    return switch (chapter(events.getFirst(), Chapter.DISCONNECT)) {
      case CONNECT -> connect(events);
      case USE -> new Title("Tasklight used the connection", "For an import of yours. Tasklight never saw the credential.");
      case RENEW -> any(events, "refresh.reauthorization_required")
          ? new Title("The service said no", "Access was withdrawn there. Nothing but a new consent helps.")
          : new Title("A new access token, silently", "The old one was about to end, or had ended. You noticed nothing.");
      case DISCONNECT -> new Title("You disconnected", "Nothing of the credential is left, here or at the service.");
      case ERASE -> new Title("You had yourself erased", "Everything about you went. This log never had your name.");
    };
  }

  private static Title connect(List<AuditEvent> events) {
    if (any(events, "connection.created")) {
      return new Title("You connected an account", "You agreed at the service, and came back to Tasklight.");
    }
    if (any(events, "connection.reconnected")) {
      return new Title("You connected again", "The connection is the one it was, with a new consent.");
    }
    return new Title("You began to connect", "Nothing was connected. You can begin again at any time.");
  }

  private static boolean any(List<AuditEvent> events, String type) {
    return events.stream().anyMatch(event -> event.type().equals(type));
  }
}
