package dev.authpipe.wire;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Turns documents into trees of maps, lists, texts, whole numbers and booleans, and back. The records themselves are the schema, so that there
 * is no second copy to differ from them; a type that is not listed here cannot be sent, and a member that is not theirs is refused.
 */
public final class Documents {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);

  private Documents() {}

  /** The tree of a document. */
  public static Map<String, Object> write(Record document) {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (document instanceof Report) {
      tree.put("kind", snake(document.getClass().getSimpleName()));
    }
    for (RecordComponent member : document.getClass().getRecordComponents()) {
      try {
        Object value = member.getAccessor().invoke(document);
        if (value != null) {
          tree.put(snake(member.getName()), plain(value));
        }
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    return tree;
  }

  /**
   * Reads a document; an IllegalArgumentException says that the tree is not exactly one.
   *
   * @param tree what a JSON reader made that refuses members given twice
   */
  public static <T> T read(Class<T> type, @Nullable Object tree) {
    return type.cast(value(type, tree));
  }

  /** An enum constant as it stands on the link. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Object plain(Object value) {
    if (value instanceof Instant time) {
      return TIME.format(time);
    } else if (value instanceof Enum<?> constant) {
      return word(constant);
    } else if (value instanceof List<?> list) {
      return list.stream().map(Documents::plain).toList();
    } else if (value instanceof Record some) {
      return isId(some.getClass()) ? some.toString() : write(some);
    }
    Rule.holds(value instanceof String || value instanceof Integer || value instanceof Long || value instanceof Boolean
        || value instanceof Map, "a type that is not sent");
    return value;
  }

  private static Object value(Type type, @Nullable Object tree) {
    if (type instanceof ParameterizedType of) {
      return of.getRawType() == List.class ? list(of.getActualTypeArguments()[0], tree) : texts(tree);
    } else if ((type == long.class || type == Long.class) && (tree instanceof Long || tree instanceof Integer)) {
      return ((Number) tree).longValue();
    } else if ((type == int.class || type == Integer.class) && tree instanceof Integer number) {
      return number;
    } else if ((type == boolean.class || type == Boolean.class) && tree instanceof Boolean flag) {
      return flag;
    } else if (tree instanceof String text && type instanceof Class<?> kind) {
      return text(kind, text);
    } else if (tree instanceof Map<?, ?> members && type instanceof Class<?> kind && !isId(kind)) {
      return kind == Report.class ? report(members) : object(kind, members, 0);
    }
    throw new IllegalArgumentException("a member of another type");
  }

  private static Object text(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == Instant.class) {
      try {
        Instant time = Instant.parse(text);
        Rule.holds(TIME.format(time).equals(text), "a time that is not in UTC with milliseconds");
        return time;
      } catch (DateTimeException malformed) {
        throw new IllegalArgumentException("not a time", malformed);
      }
    } else if (type.isEnum()) {
      return Stream.of(type.getEnumConstants()).filter(c -> word((Enum<?>) c).equals(text)).findFirst()
          .orElseThrow(() -> new IllegalArgumentException("a word that is not known"));
    }
    Rule.holds(isId(type), "a member of another type");
    try {
      return type.getMethod("parse", String.class).invoke(null, text);
    } catch (ReflectiveOperationException malformed) {
      throw new IllegalArgumentException("not an id", malformed);
    }
  }

  private static Object list(Type of, @Nullable Object tree) {
    if (!(tree instanceof List<?> elements)) {
      throw new IllegalArgumentException("a member of another type");
    }
    List<Object> values = new ArrayList<>();
    elements.forEach(element -> values.add(value(of, element)));
    return values;
  }

  private static Object texts(@Nullable Object tree) {
    if (tree instanceof Map<?, ?> map && map.values().stream().allMatch(String.class::isInstance)) {
      return map;
    }
    throw new IllegalArgumentException("not a map of texts");
  }

  private static Object report(Map<?, ?> members) {
    Object kind = members.get("kind");
    return Stream.of(Report.class.getPermittedSubclasses()).filter(c -> snake(c.getSimpleName()).equals(kind)).findFirst()
        .map(type -> object(type, members, 1))
        .orElseThrow(() -> new IllegalArgumentException("a kind of report that is not known"));
  }

  private static Object object(Class<?> type, Map<?, ?> members, int known) {
    Rule.holds(type.isRecord(), "a member of another type");
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    int found = known;
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = snake(components[i].getName());
      if (members.containsKey(name)) {
        values[i] = value(components[i].getGenericType(), members.get(name));
        found++;
      } else {
        Rule.holds(components[i].getAnnotatedType().isAnnotationPresent(Nullable.class), "a member is missing: " + name);
      }
    }
    Rule.holds(found == members.size(), "a member that is not known");
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException refused) {
      throw refused.getCause() instanceof IllegalArgumentException rule ? rule : new IllegalArgumentException("not one", refused);
    }
  }

  private static boolean isId(Class<?> type) {
    return type.isRecord() && type.getSimpleName().endsWith("Id")
        && type.getPackageName().equals(Documents.class.getPackageName());
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
