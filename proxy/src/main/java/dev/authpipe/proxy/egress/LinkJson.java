package dev.authpipe.proxy.egress;

import java.io.IOException;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Report;

/**
 * JSON of the link: reads exactly what docs/link-format.md allows, and writes canonical text. A refusal never repeats what the other side
 * sent.
 */
public final class LinkJson {
  private static final int DEPTH = 8;
  /** As long as a logo may be; each other text has a limit of its own. */
  private static final int TEXT = 65_536;
  private static final int NAME = 64;
  private static final int NUMBER = 20;
  /** A document of the largest size has fewer; one of nothing but empty objects would become twenty times as large in memory. */
  private static final int TOKENS = 2_000_000;
  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactoryBuilder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).maxStringLength(TEXT).maxNameLength(NAME)
          .maxNumberLength(NUMBER).maxTokenCount(TOKENS).build())
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

  /** The tree of an object that this program wrote itself. */
  public static Object tree(String json) {
    try {
      return JSON.readValue(json, Object.class);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("not JSON as the link has it", malformed);
    }
  }

  /** The canonical text of a value that holds no control character and no fraction. */
  public static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a value could not be written", impossible);
    }
  }

  /** A report that this program wrote itself. */
  public static Report report(String json) {
    return Documents.read(Report.class, tree(json));
  }

  /** The bytes of a document. */
  public static byte[] write(Record document) {
    return bytes(Documents.write(document));
  }

  /** The canonical bytes (RFC 8785) of a tree that holds no control character and no fraction. */
  public static byte[] bytes(Map<String, ?> tree) {
    try {
      return JSON.writeValueAsBytes(tree);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a document could not be written", impossible);
    }
  }
}
