package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads connections as Nango's API answers them with their credentials (docs/import.md says field by field). What has no place here is refused by
 * its name unless the operator says that it may go.
 */
final class NangoForm implements ImportForm {
  private static final ObjectMapper JSON = new ObjectMapper(STRICT).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  /** What only means something over there. */
  private static final Set<String> LEFT_BEHIND = Set.of("id", "account_id", "environment_id", "provider", "created_at",
      "updated_at", "last_fetched_at", "errors");
  private static final Set<String> READ = Set.of("provider_config_key", "connection_id", "credentials", "connection_config",
      "metadata", "tags", "end_user");

  private final Map<String, String> integrations;
  private final Map<String, String> params;
  private final Set<String> ignored;

  /**
   * @param integrations slugs by {@code provider_config_key}, where they differ
   * @param params       our provider parameters by names of {@code connection_config}
   * @param ignored      fields that may go, as {@code connection_config.name}
   */
  NangoForm(Map<String, String> integrations, Map<String, String> params, Set<String> ignored) {
    this.integrations = Map.copyOf(integrations);
    this.params = Map.copyOf(params);
    this.ignored = Set.copyOf(ignored);
  }

  @Override
  public ImportRow row(long line, byte[] json) {
    try {
      JsonNode from = JSON.readTree(json);
      if (!from.isObject()) {
        throw new WrongRowException("a line is one JSON object");
      }
      refuseRest("", from, READ, LEFT_BEHIND);
      ObjectNode row = JSON.createObjectNode();
      String key = text(from, "provider_config_key");
      row.put("integration", integrations.getOrDefault(key, key));
      row.set("end_user", person(from));
      ObjectNode credential = credential(from.path("credentials"));
      row.set("credential", credential);
      ObjectNode values = params(from.path("connection_config"));
      if (!values.isEmpty()) {
        row.set("params", values);
      }
      row.set("metadata", metadata(from));
      return new ImportRow(line, JSON.writeValueAsBytes(row), credential.has("refresh_token"));
    } catch (IOException broken) {
      throw new WrongRowException("the JSON is broken, has a name twice, or is too deep");
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  private ObjectNode person(JsonNode from) {
    JsonNode known = from.path("end_user");
    ObjectNode person = JSON.createObjectNode();
    String id = known.path("id").asText(from.path("tags").path("end_user_id").asText(""));
    person.put("id", id.isEmpty() ? text(from, "connection_id") : id);
    if (known.isObject()) {
      refuseRest("end_user.", known, Set.of("id", "display_name", "email"), Set.of("organization", "tags"));
      copy(known, "display_name", person, "display_name");
      copy(known, "email", person, "email");
    }
    return person;
  }

  private ObjectNode credential(JsonNode from) {
    ObjectNode credential = JSON.createObjectNode();
    String type = text(from, "type", "credentials.type").toUpperCase(Locale.ROOT);
    switch (type) {
      case "OAUTH2" -> {
        refuseRest("credentials.", from, Set.of("type", "access_token", "refresh_token", "expires_at", "raw"), Set.of());
        credential.put("type", "oauth2").put("access_token", text(from, "access_token", "credentials.access_token"));
        copy(from, "refresh_token", credential, "refresh_token");
        copy(from, "expires_at", credential, "expires_at");
        String tokenType = from.path("raw").path("token_type").asText("Bearer");
        if (!tokenType.equalsIgnoreCase("Bearer")) {
          credential.put("token_type", tokenType);
        }
        ArrayNode scopes = credential.putArray("scopes");
        for (String scope : from.path("raw").path("scope").asText("").split("[ ,]+", -1)) {
          if (!scope.isEmpty()) {
            scopes.add(scope);
          }
        }
      }
      case "API_KEY" -> {
        refuseRest("credentials.", from, Set.of("type", "apiKey"), Set.of());
        credential.put("type", "api_key").put("api_key", text(from, "apiKey", "credentials.apiKey"));
      }
      case "BASIC" -> {
        refuseRest("credentials.", from, Set.of("type", "username", "password"), Set.of());
        credential.put("type", "basic").put("username", text(from, "username", "credentials.username")).put("password",
            text(from, "password", "credentials.password"));
      }
      default -> throw new WrongRowException(
          "credentials.type is not OAUTH2, API_KEY or BASIC; others have to be connected again");
    }
    return credential;
  }

  private ObjectNode params(JsonNode config) {
    ObjectNode values = JSON.createObjectNode();
    config.properties().forEach(one -> {
      String name = params.get(one.getKey());
      if (name != null) {
        values.put(name, scalar("connection_config.", one));
      } else if (!ignored.contains("connection_config." + one.getKey())) {
        throw new WrongRowException(
            named("connection_config.", one.getKey()) + ": say --param " + plain(one.getKey())
                + "=NAME of a provider parameter, or --ignore it");
      }
    });
    return values;
  }

  private ObjectNode metadata(JsonNode from) {
    ObjectNode metadata = JSON.createObjectNode();
    for (String place : new String[]{"tags", "metadata"}) {
      from.path(place).properties().forEach(one -> {
        if (!ignored.contains(place + "." + one.getKey())) {
          metadata.put(one.getKey(), scalar(place + ".", one));
        }
      });
    }
    return metadata.put("nango_connection_id", text(from, "connection_id"));
  }

  private static String scalar(String place, Map.Entry<String, JsonNode> one) {
    if (!one.getValue().isValueNode() || one.getValue().isNull()) {
      throw new WrongRowException(named(place, one.getKey()) + " is not a text, number or truth value: --ignore it");
    }
    return one.getValue().asText();
  }

  private void refuseRest(String place, JsonNode object, Set<String> read, Set<String> leftBehind) {
    Iterator<String> names = object.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      JsonNode value = object.path(name);
      boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
      if (!read.contains(name) && !leftBehind.contains(name) && !ignored.contains(place + name) && !empty) {
        throw new WrongRowException(named(place, name) + " has no place here: --ignore it");
      }
    }
  }

  private static void copy(JsonNode from, String name, ObjectNode to, String as) {
    JsonNode value = from.path(name);
    if (value.isTextual()) {
      to.put(as, value.asText());
    } else if (!value.isMissingNode() && !value.isNull()) {
      throw new WrongRowException(name + " is not a text");
    }
  }

  private static String text(JsonNode from, String name) {
    return text(from, name, name);
  }

  private static String text(JsonNode from, String name, String told) {
    JsonNode value = from.path(name);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw new WrongRowException(told + " is missing or not a text");
    }
    return value.asText();
  }

  private static String named(String place, String name) {
    return place + plain(name);
  }

  /** A name that looks like one; anything else may be a value in the wrong place. */
  private static String plain(String name) {
    return name.matches("[A-Za-z][A-Za-z_]{0,29}") ? name : "(a field with an odd name)";
  }
}
