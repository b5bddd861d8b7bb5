package dev.authpipe.sdk;

import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.UnexpectedAnswerException;

/**
 * A JSON object of an answer. Reading a field that is missing or of another type throws {@link UnexpectedAnswerException} with
 * the field's name and never its value, which may be a secret.
 */
final class JsonObject {

  private final Map<?, ?> fields;

  JsonObject(Map<?, ?> fields) {
    this.fields = fields;
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  String text(String name) {
    return required(name, optionalText(name));
  }

  @Nullable
  String optionalText(String name) {
    Object value = fields.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(name, null);
  }

  long number(String name) {
    if (fields.get(name) instanceof BigInteger number && number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    throw wrong(name, null);
  }

  @Nullable
  Long optionalNumber(String name) {
    return fields.get(name) == null ? null : number(name);
  }

  boolean flag(String name) {
    if (fields.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, null);
  }

  /** An absent or null flag counts as false. */
  boolean optionalFlag(String name) {
    return fields.get(name) != null && flag(name);
  }

  Instant instant(String name) {
    return required(name, optionalInstant(name));
  }

  @Nullable
  Instant optionalInstant(String name) {
    String text = optionalText(name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw wrong(name, null);
    }
  }

  JsonObject object(String name) {
    if (fields.get(name) instanceof Map<?, ?> map) {
      return new JsonObject(map);
    }
    throw wrong(name, null);
  }

  @Nullable
  JsonObject optionalObject(String name) {
    return fields.get(name) == null ? null : object(name);
  }

  /** This object as a map of texts; a value of another type is refused. */
  Map<String, String> textFields() {
    return fields.keySet().stream().map(String.class::cast).collect(Collectors.toUnmodifiableMap(name -> name, this::text));
  }

  /** An absent or null object counts as empty. */
  Map<String, String> texts(String name, Map<String, String> absent) {
    JsonObject object = optionalObject(name);
    return object == null ? absent : object.textFields();
  }

  /** The fields of an object as whole numbers. */
  Map<String, Long> numbers(String name) {
    JsonObject object = object(name);
    return object.fields.keySet().stream().map(String.class::cast)
        .collect(Collectors.toUnmodifiableMap(key -> key, object::number));
  }

  /** The fields of an object whose values are texts, whole numbers or truth values, as text. */
  Map<String, String> plainFields(String name) {
    JsonObject object = object(name);
    return object.fields.entrySet().stream().collect(Collectors.toUnmodifiableMap(each -> each.getKey().toString(), each -> {
      if (each.getValue() instanceof Map<?, ?> || each.getValue() instanceof List<?> || each.getValue() == null) {
        throw wrong(name, null);
      }
      return each.getValue().toString();
    }));
  }

  /** An absent or null object counts as none. */
  <T> @Nullable T optional(String name, Function<JsonObject, T> reading) {
    JsonObject object = optionalObject(name);
    return object == null ? null : reading.apply(object);
  }

  /** Runs a conversion of a field's value where there is one. */
  <T> @Nullable T optionalConvert(String name, Function<String, T> conversion) {
    return optionalText(name) == null ? null : convert(name, conversion);
  }

  List<JsonObject> objects(String name) {
    return list(name).stream()
        .map(element -> {
          if (element instanceof Map<?, ?> map) {
            return new JsonObject(map);
          }
          throw wrong(name, null);
        })
        .toList();
  }

  /** An absent or null list counts as empty. */
  Set<String> texts(String name) {
    return Set.copyOf(textList(name));
  }

  /** An absent or null list counts as empty. */
  List<String> textList(String name) {
    if (fields.get(name) == null) {
      return List.of();
    }
    return list(name).stream()
        .map(element -> {
          if (element instanceof String text) {
            return text;
          }
          throw wrong(name, null);
        })
        .toList();
  }

  /** Runs a conversion of a field's value; its complaint becomes one about the field. */
  <T> T convert(String name, Function<String, T> conversion) {
    try {
      return conversion.apply(text(name));
    } catch (IllegalArgumentException e) {
      throw wrong(name, e);
    }
  }

  private List<?> list(String name) {
    if (fields.get(name) instanceof List<?> elements) {
      return elements;
    }
    throw wrong(name, null);
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw wrong(name, null);
    }
    return Objects.requireNonNull(value);
  }

  private static UnexpectedAnswerException wrong(String name, @Nullable Throwable cause) {
    return new UnexpectedAnswerException(
        new Problem(
            200,
            ErrorCode.UNEXPECTED_ANSWER,
            "the field " + name + " of the answer is missing or of another form",
            null,
            null),
        cause);
  }
}
