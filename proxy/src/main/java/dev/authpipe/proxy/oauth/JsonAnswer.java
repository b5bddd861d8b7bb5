package dev.authpipe.proxy.oauth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * A provider's JSON answer, read once from its bytes into leaves by JSON pointer (RFC 6901). Every value counts as secret until somebody asks
 * for it by pointer; nothing is ever a tree of strings. Duplicate keys are kept and reported, for what they issued must be revoked.
 */
final class JsonAnswer implements AutoCloseable {
  private static final int MOST_LEAVES = 4096;
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).maxNameLength(256).maxNumberLength(64).build())
      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  /** What stands at a pointer. */
  enum Kind {
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    OBJECT,
    ARRAY
  }

  /** One value; containers have an empty text. */
  record Leaf(Kind kind, SecretText text) {}

  private final Map<String, List<Leaf>> leaves = new LinkedHashMap<>();
  private int count;
  private boolean duplicateKeys;

  private JsonAnswer() {}

  /**
   * Reads an answer.
   *
   * @throws MalformedAnswerException if it is not one JSON object within the limits; what was read until then is wiped
   */
  static JsonAnswer read(SecretBytes body) throws MalformedAnswerException {
    JsonAnswer answer = new JsonAnswer();
    try (JsonParser parser = FACTORY.createParser(body.expose())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedAnswerException("not_json");
      }
      answer.value(parser, "");
      if (parser.nextToken() != null) {
        throw new MalformedAnswerException("not_json");
      }
      return answer;
    } catch (IOException notJson) { // its message quotes the body
      answer.close();
      throw new MalformedAnswerException("not_json");
    } catch (MalformedAnswerException malformed) {
      answer.close();
      throw malformed;
    }
  }

  private void value(JsonParser parser, String pointer) throws IOException, MalformedAnswerException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        add(pointer, Kind.OBJECT, SecretText.of(""));
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String child = pointer + "/" + parser.currentName().replace("~", "~0").replace("/", "~1");
          duplicateKeys |= leaves.containsKey(child);
          parser.nextToken();
          value(parser, child);
        }
      }
      case START_ARRAY -> {
        add(pointer, Kind.ARRAY, SecretText.of(""));
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
          value(parser, pointer + "/" + i);
        }
      }
      case VALUE_STRING -> add(pointer, Kind.STRING, text(parser));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add(pointer, Kind.NUMBER, text(parser));
      case VALUE_TRUE -> add(pointer, Kind.TRUE, SecretText.of("true"));
      case VALUE_FALSE -> add(pointer, Kind.FALSE, SecretText.of("false"));
      case VALUE_NULL -> add(pointer, Kind.NULL, SecretText.of(""));
      default -> throw new MalformedAnswerException("not_json");
    }
  }

  private void add(String pointer, Kind kind, SecretText text) throws MalformedAnswerException {
    if (++count > MOST_LEAVES) {
      throw new MalformedAnswerException("not_json");
    }
    leaves.computeIfAbsent(pointer, p -> new ArrayList<>(1)).add(new Leaf(kind, text));
  }

  private static SecretText text(JsonParser parser) throws IOException {
    ByteBuffer utf8 = StandardCharsets.UTF_8
        .encode(CharBuffer.wrap(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength()));
    SecretText text = SecretText.copyOf(utf8.array(), utf8.arrayOffset(), utf8.limit());
    java.util.Arrays.fill(utf8.array(), (byte) 0);
    return text;
  }

  /** Whether some object had a key twice. */
  boolean duplicateKeys() {
    return duplicateKeys;
  }

  /** The value at a pointer; of a duplicate the first. JSON null counts as absent. */
  Optional<Leaf> leaf(String pointer) {
    return Optional.ofNullable(leaves.get(pointer)).map(List::getFirst).filter(leaf -> leaf.kind() != Kind.NULL);
  }

  /** Every value at a pointer: more than one when its key came twice. */
  List<Leaf> all(String pointer) {
    return leaves.getOrDefault(pointer, List.of());
  }

  /** The text of a string or number that is not secret. */
  Optional<String> text(String pointer) {
    return leaf(pointer).filter(leaf -> leaf.kind() == Kind.STRING || leaf.kind() == Kind.NUMBER)
        .map(leaf -> leaf.text().expose());
  }

  /** Whether a JSON {@code true} stands there. */
  boolean isTrue(String pointer) {
    return leaf(pointer).filter(leaf -> leaf.kind() == Kind.TRUE).isPresent();
  }

  /** Wipes every value. */
  @Override
  public void close() {
    leaves.values().forEach(list -> list.forEach(leaf -> leaf.text().close()));
  }
}
