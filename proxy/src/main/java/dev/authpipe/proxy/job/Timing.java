package dev.authpipe.proxy.job;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;

import io.micronaut.scheduling.cron.CronExpression;
import org.jspecify.annotations.Nullable;

/** When work comes regularly. */
public sealed interface Timing {
  /** The first regular time after another. */
  Instant after(Instant before);

  /** For people. */
  String text();

  /** From start to start. */
  record Every(Duration interval) implements Timing {
    /** Checks the limits. */
    public Every {
      if (!interval.isPositive()) {
        throw new IllegalArgumentException("an interval is positive");
      }
    }

    @Override
    public Instant after(Instant before) {
      return before.plus(interval);
    }

    @Override
    public String text() {
      return "every " + interval.toString().substring(2).toLowerCase(Locale.ROOT);
    }
  }

  /** When a cron expression says: minute, hour, day of the month, month, day of the week, in UTC. */
  final class Cron implements Timing {
    private static final Pattern FIELDS = Pattern.compile("\\S+( \\S+){4}");

    private final CronExpression expression;
    private final String text;

    /** @throws IllegalArgumentException if it is none, or never comes */
    public Cron(String text) {
      if (!FIELDS.matcher(text).matches()) {
        throw new IllegalArgumentException("a cron expression has five fields");
      }
      this.text = text;
      try {
        this.expression = CronExpression.create(text);
        if (after(Instant.EPOCH).isBefore(Instant.EPOCH)) {
          throw new IllegalArgumentException("it never comes");
        }
      } catch (RuntimeException wrong) {
        throw new IllegalArgumentException("not a cron expression of five fields", wrong);
      }
    }

    @Override
    public Instant after(Instant before) {
      return expression.nextTimeAfter(before.atZone(ZoneOffset.UTC)).toInstant();
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Cron same && same.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }
}
