package dev.authpipe.proxy.vault;

import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jooq.JSONB;

/** Metadata as the store keeps it: one flat JSON object of strings. */
final class MetadataJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TYPE = new TypeReference<>() {
  };

  private MetadataJson() {}

  static JSONB write(Map<String, String> metadata) {
    Metadata.check(metadata);
    try {
      return JSONB.jsonb(JSON.writeValueAsString(metadata));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("metadata could not be written", impossible);
    }
  }

  static Map<String, String> read(JSONB stored) {
    try {
      return JSON.readValue(stored.data(), TYPE);
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException("stored metadata is not a flat object", malformed);
    }
  }
}
