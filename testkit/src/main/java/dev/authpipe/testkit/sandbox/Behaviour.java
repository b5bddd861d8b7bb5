package dev.authpipe.testkit.sandbox;

import java.util.function.Function;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.http.Answer;

/** What the provider does with one call instead of simply answering it. Made with {@link Behaviours}. */
public sealed interface Behaviour {

  /** Waits at a gate before the call is processed, then goes on. */
  record Held(Gate gate, Behaviour then) implements Behaviour {}

  /** Nothing odd: processed and answered. */
  record Normal() implements Behaviour {}

  /** Processed, but the answer waits at a gate. */
  record AnswerHeld(Gate gate, Behaviour then) implements Behaviour {}

  /** Processed, but the connection is closed without an answer. */
  record Dropped() implements Behaviour {}

  /** Processed, but only so many bytes of the answer's body are sent. */
  record CutShort(int bodyBytes) implements Behaviour {}

  /** Not processed: TCP reset. */
  record Reset() implements Behaviour {}

  /** Not processed: this answer instead. */
  record Instead(Answer answer) implements Behaviour {}

  /** Processed; a successful answer is rewritten. Errors pass unchanged. */
  record Altered(String what, Function<ObjectNode, Answer> change) implements Behaviour {}
}
