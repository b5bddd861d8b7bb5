package dev.authpipe.testkit.sandbox;

import java.io.IOException;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;

/** Plays one behaviour of the script on one call. */
final class Player {

  /** What the call does when nothing odd happens. */
  interface Processing {

    Answer process() throws IOException;
  }

  private Player() {}

  static void play(Behaviour behaviour, Exchange exchange, Processing processing) throws IOException {
    switch (behaviour) {
      case Behaviour.Normal _ -> exchange.answer(processing.process());
      case Behaviour.Held held -> {
        held.gate().pass();
        play(held.then(), exchange, processing);
      }
      case Behaviour.AnswerHeld held -> {
        var answer = processing.process();
        held.gate().pass();
        play(held.then(), exchange, () -> answer);
      }
      case Behaviour.Dropped _ -> {
        processing.process();
        exchange.drop();
      }
      case Behaviour.CutShort cut -> exchange.answerCutShort(processing.process(), cut.bodyBytes());
      case Behaviour.Reset _ -> exchange.reset();
      case Behaviour.Instead instead -> exchange.answer(instead.answer());
      case Behaviour.Altered altered -> exchange.answer(alter(altered, processing.process()));
    }
  }

  private static Answer alter(Behaviour.Altered altered, Answer answer) throws IOException {
    if (answer.status() != 200 || !(Json.read(answer.bodyText()) instanceof ObjectNode body)) {
      return answer;
    }
    return altered.change().apply(body);
  }
}
