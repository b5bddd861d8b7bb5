package dev.authpipe.control.http;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;

import dev.authpipe.wire.Document;
import dev.authpipe.wire.Documents;

/**
 * JSON of the link: reads exactly what docs/link-format.md allows, and writes it with members in order. A refusal never repeats what the
 * other side sent.
 */
public final class LinkJson {
  private static final int DEPTH = 8;
  /** As long as a logo may be; each other text has a limit of its own. */
  private static final int TEXT = 65_536;
  private static final int NAME = 64;
  private static final int NUMBER = 20;
  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactoryBuilder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).maxStringLength(TEXT).maxNameLength(NAME)
          .maxNumberLength(NUMBER).build())
      .build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private LinkJson() {}

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException if it is not exactly one
   */
  public static <T extends Record> T read(Class<T> type, byte[] json) {
    Object tree;
    try {
      tree = JSON.readValue(json, Object.class);
    } catch (IOException malformed) {
      throw new IllegalArgumentException("not JSON as the link has it", malformed);
    }
    return Documents.read(type, tree);
  }

  /** The bytes of a document, or of a part of one. */
  public static byte[] write(Record document) {
    try {
      return JSON.writeValueAsBytes(Documents.write(document));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a document could not be written", impossible);
    }
  }

  /** An answer. */
  public static <T extends Record & Document> HttpResponse<byte[]> answer(T document) {
    return HttpResponse.ok(write(document)).contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
