package dev.authpipe.proxy.catalog;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import dev.authpipe.proxy.catalog.CallLimits.Counted;
import dev.authpipe.proxy.catalog.CallLimits.Reset;
import dev.authpipe.proxy.catalog.CallLimits.ResetForm;
import dev.authpipe.proxy.catalog.CallLimits.Retries;

/** Reads {@code api.rate_limits} and {@code api.retries} of a provider file (docs/catalog-format.md). */
final class CallLimitsReader {
  private static final ValueType<String> HEADER = ValueType.TEXT_LINE.matching("a header name", "[A-Za-z][A-Za-z0-9-]{0,63}")
      .map("a header name", name -> name.toLowerCase(Locale.ROOT));

  private CallLimitsReader() {}

  static CallLimits read(YamlSection api) {
    YamlSection limits = api.section("rate_limits");
    YamlSection retries = api.section("retries");
    YamlSection reset = limits.section("reset");
    Optional<String> remaining = limits.optional("remaining", HEADER);
    boolean resets = reset.present();
    if (remaining.isPresent() != resets) {
      throw limits.wrong(resets ? "reset" : "remaining", "stands only together with " + (resets ? "remaining" : "reset"));
    }
    return new CallLimits(limits.value("counted", ValueType.oneOf(Counted.class), Counted.PATH),
        limits.value("concurrency", ValueType.integer(1, 10_000), 0),
        limits.value("calls_per_minute", ValueType.integer(1, 1_000_000), 0),
        remaining.orElse(null),
        resets ? new Reset(reset.required("header", HEADER), reset.required("form", ValueType.oneOf(ResetForm.class))) : null,
        new Retries(retries.value("most", ValueType.integer(0, Retries.MOST), Retries.NONE.most()),
            retries.value("pauses", ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(2)), Retries.NONE.pauses()),
            retries.optional("idempotency_header", HEADER).orElse(null)));
  }
}
