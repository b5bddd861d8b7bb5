package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How one value is read from text, with its unit and limits. Messages never repeat the text.
 *
 * @param <T> what it becomes
 */
public final class ValueType<T> {
  /** Nine digits: no amount in any unit overflows a long. */
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9}) ?([a-zA-Z]{1,3})");
  private static final Map<String, Duration> TIMES = Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "min",
      Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZES = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  /** One line of text, not empty, at most 4,096 characters. */
  public static final ValueType<String> TEXT_LINE = new ValueType<>("one line of text", ValueType::line);
  /** {@code true} or {@code false}. */
  public static final ValueType<Boolean> BOOLEAN = new ValueType<>("true or false", ValueType::bool);
  /** Lower-case letters, digits and hyphens, at most 63. */
  public static final ValueType<String> SLUG = TEXT_LINE.matching("lower-case letters, digits and hyphens, at most 63 characters",
      "[a-z0-9][a-z0-9-]{0,62}");

  private final String description;
  private final Function<String, T> parser;

  private ValueType(String description, Function<String, T> parser) {
    this.description = description;
    this.parser = parser;
  }

  /** A whole number within limits. */
  public static ValueType<Integer> integer(int least, int most) {
    return new ValueType<>("a whole number from " + least + " to " + most, text -> {
      if (!text.matches("-?\\d{1,10}")) {
        throw new IllegalArgumentException("not a whole number");
      }
      return (int) within(Long.parseLong(text), least, most);
    });
  }

  /** An amount of time with its unit: {@code 250 ms}, {@code 5 s}, {@code 10 min}, {@code 24 h}, {@code 30 d}. */
  public static ValueType<Duration> duration(Duration least, Duration most) {
    return new ValueType<>("an amount of time from " + text(least) + " to " + text(most), text -> {
      Matcher amount = AMOUNT.matcher(text);
      Duration unit = amount.matches() ? TIMES.get(amount.group(2)) : null;
      if (unit == null) {
        throw new IllegalArgumentException("a number and one of ms, s, min, h, d");
      }
      Duration value = unit.multipliedBy(Long.parseLong(amount.group(1)));
      within(value.toMillis(), least.toMillis(), most.toMillis());
      return value;
    });
  }

  /** An amount of bytes with its unit: {@code 64 KiB}, {@code 10 MiB}. */
  public static ValueType<Long> size(long least, long most) {
    return new ValueType<>("an amount of bytes from " + size(least) + " to " + size(most), text -> {
      Matcher amount = AMOUNT.matcher(text);
      Long unit = amount.matches() ? SIZES.get(amount.group(2)) : null;
      if (unit == null) {
        throw new IllegalArgumentException("a number and one of B, KiB, MiB, GiB");
      }
      return within(Math.multiplyExact(Long.parseLong(amount.group(1)), unit), least, most);
    });
  }

  /** One constant of an enum, written in lower case. */
  public static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    String names = Arrays.stream(type.getEnumConstants()).map(ValueType::name).collect(Collectors.joining(", "));
    return new ValueType<>("one of " + names,
        text -> Arrays.stream(type.getEnumConstants()).filter(e -> name(e).equals(text)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("not one of them")));
  }

  /** An absolute address with one of these schemes, without user information or fragment. */
  public static ValueType<URI> address(String... schemes) {
    String names = String.join(" or ", schemes);
    return new ValueType<>("an address that begins with " + names + "://", text -> {
      try {
        URI uri = new URI(text);
        if (!Arrays.asList(schemes).contains(uri.getScheme()) || uri.getHost() == null || uri.getRawUserInfo() != null
            || uri.getRawFragment() != null || text.indexOf('\\') >= 0) {
          throw new IllegalArgumentException("without user name and fragment");
        }
        return uri;
      } catch (URISyntaxException wrong) {
        throw new IllegalArgumentException("not an address", wrong);
      }
    });
  }

  /** This type with text of a certain form only. */
  public ValueType<T> matching(String what, String expression) {
    Pattern form = Pattern.compile(expression);
    return new ValueType<>(what, text -> {
      if (!form.matcher(text).matches()) {
        throw new IllegalArgumentException("another form");
      }
      return parse(text);
    });
  }

  /** This type made into another. */
  public <U> ValueType<U> map(String what, Function<T, U> further) {
    return new ValueType<>(what, text -> further.apply(parse(text)));
  }

  /** What a value is, to stand after "must be". */
  public String description() {
    return description;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with a hint that does not repeat the text
   */
  public T parse(String text) {
    return parser.apply(text);
  }

  /** A duration as this type reads it. */
  public static String text(Duration duration) {
    for (String unit : new String[]{"d", "h", "min", "s"}) {
      Duration one = TIMES.getOrDefault(unit, Duration.ofSeconds(1));
      if (!duration.isZero() && duration.toMillis() % one.toMillis() == 0) {
        return duration.toMillis() / one.toMillis() + " " + unit;
      }
    }
    return duration.toMillis() + " ms";
  }

  /** An amount of bytes as this type reads it. */
  public static String size(long bytes) {
    for (String unit : new String[]{"GiB", "MiB", "KiB"}) {
      long one = SIZES.getOrDefault(unit, 1L);
      if (bytes != 0 && bytes % one == 0) {
        return bytes / one + " " + unit;
      }
    }
    return bytes + " B";
  }

  private static String line(String text) {
    if (text.isBlank() || text.length() > 4096 || text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      throw new IllegalArgumentException("not empty, without control characters");
    }
    return text;
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw new IllegalArgumentException("nothing else");
    };
  }

  private static long within(long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException("beyond the limits");
    }
    return value;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
