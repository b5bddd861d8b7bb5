package dev.authpipe.quickstart.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads and writes the JSON that the steps look at. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static JsonNode read(String text, String who) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new StepFailure(who + " answers JSON", "something else");
    }
  }

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value of the demo is not JSON", e);
    }
  }
}
