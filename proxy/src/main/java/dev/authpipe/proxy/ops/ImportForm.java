package dev.authpipe.proxy.ops;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** How a line becomes a row (docs/import.md). Must never repeat a value of the line in what it says. */
@FunctionalInterface
interface ImportForm {
  /** JSON as the API reads it: no name twice, depth and lengths limited, and errors that quote nothing. */
  JsonFactory STRICT = new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      .streamReadConstraints(
          StreamReadConstraints.builder().maxNestingDepth(32).maxStringLength(256 * 1024).maxNameLength(256).maxNumberLength(64)
              .build())
      .build();

  /**
   * Makes the row.
   *
   * @param json becomes the row's to wipe, or is wiped
   * @throws WrongRowException if the line is none
   */
  ImportRow row(long line, byte[] json);

  /** Lines that are rows already: checked for their syntax, the rest is the proxy's to check. */
  static ImportRow asItIs(long line, byte[] json) {
    boolean refreshable = false;
    boolean inCredential = false;
    int depth = 0;
    try (JsonParser parser = STRICT.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new WrongRowException("a line is one JSON object");
      }
      for (JsonToken token = JsonToken.START_OBJECT; token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 1 && token == JsonToken.FIELD_NAME) {
          inCredential = parser.currentName().equals("credential");
        }
        refreshable |= inCredential && depth == 2 && token == JsonToken.VALUE_STRING
            && "refresh_token".equals(parser.currentName());
        if (depth == 0 && parser.nextToken() != null) {
          throw new WrongRowException("there is something after the JSON object");
        }
      }
      return new ImportRow(line, json, refreshable);
    } catch (IOException broken) {
      throw new WrongRowException("the JSON is broken, has a name twice, or is too deep");
    }
  }
}
