package dev.authpipe.proxy.connect;

import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.inject.Singleton;
import org.jooq.JSONB;

/** Provider parameters as JSON columns. Never holds a secret. */
@Singleton
final class JsonText {
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {
  };
  private final ObjectMapper mapper = JsonMapper.builder().build();

  JSONB write(Map<String, String> texts) {
    try {
      return JSONB.valueOf(mapper.writeValueAsString(new TreeMap<>(texts)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("texts can be written", impossible);
    }
  }

  Map<String, String> read(JSONB json) {
    try {
      return mapper.readValue(json.data(), TEXTS);
    } catch (JsonProcessingException foreign) {
      throw new IllegalStateException("the column holds texts by name", foreign);
    }
  }
}
