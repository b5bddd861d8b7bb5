package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.proxy.http.ErrorCode;

/** Every error of the contract can be met, has the documented shape, and tells nothing of our insides or of the provider's words. */
@Tag("S63")
class EveryErrorTest {
  /** Codes that cannot be met from outside at will, and why. */
  private static final Map<ErrorCode, String> NOT_AT_WILL = Map.of();

  /** So few that a test can have them all waiting. */
  static final int WAITING_CALLS = 40;

  private static final ErrorCases CASES = new ErrorCases();
  private static ProxyFixture proxy;

  @BeforeAll
  static void start() {
    ManualTicker ticker = new ManualTicker();
    JumpingClock clock = new JumpingClock();
    proxy = ProxyFixture.with().ticker(ticker).clock(clock).integrations(OddProviders.INTEGRATIONS)
        .providerDirectory(OddProviders.FILES).settings("limits: {waiting_calls: " + WAITING_CALLS + "}\n").start();
    RequestErrors.addTo(CASES, proxy);
    ConnectErrors.addTo(CASES, proxy);
    ConnectionErrors.addTo(CASES, proxy, clock);
    OwnErrors.addTo(CASES, proxy, ticker);
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @TestFactory
  Stream<DynamicTest> isMetInTheDocumentedShape() {
    return Arrays.stream(ErrorCode.values()).filter(code -> !NOT_AT_WILL.containsKey(code))
        .map(code -> DynamicTest.dynamicTest(code.code(), () -> CASES.check(code)));
  }

  @Test
  void noCodeIsExcusedWithoutNeed() {
    Set<ErrorCode> both = EnumSet.noneOf(ErrorCode.class);
    both.addAll(CASES.codes());
    both.retainAll(NOT_AT_WILL.keySet());
    assertThat(both).isEmpty();
  }
}
