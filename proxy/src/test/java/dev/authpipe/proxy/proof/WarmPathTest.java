package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.testkit.EmbeddedDatabases;

/** A warm token read and a warm proxied call are answered without SQL and without a KEK: nothing else is reachable meanwhile. */
@Isolated // holds every transaction back for as long as its calls take
class WarmPathTest {
  private static final int CALLS = 200;

  private static StoreRelay relay;
  private static ProxyFixture proxy;
  private static String connection = "";

  @BeforeAll
  static void start() {
    relay = StoreRelay.to(EmbeddedDatabases.shared().port());
    proxy = ProxyFixture.with().jdbcUrl(relay::through).start();
    connection = proxy.connectUser("warm-user");
  }

  @AfterAll
  static void stop() {
    proxy.close();
    relay.close();
  }

  @Test
  void warmTokenReadsAreAnsweredWhileNoSqlReachesTheStores() {
    proxy.application().accessToken(connection).expect(200);
    relay.hold();
    try {
      for (int i = 0; i < CALLS; i++) {
        proxy.application().accessToken(connection).expect(200);
      }
    } finally {
      relay.release();
    }
  }

  @Test
  void warmProxiedCallsAreAnsweredWhileNoSqlReachesTheStores() {
    proxy.application().proxied(connection, "/me").expect(200);
    relay.hold();
    try {
      for (int i = 0; i < CALLS; i++) {
        assertThat(proxy.application().proxied(connection, "/me").expect(200).header("authpipe-error")).isEmpty();
      }
    } finally {
      relay.release();
    }
  }

  @Test
  void warmCallsDoNoTransactionAndNoKekCall() {
    proxy.application().accessToken(connection).expect(200);
    proxy.application().proxied(connection, "/me").expect(200);
    double before = perCallWork();
    for (int i = 0; i < CALLS; i++) {
      proxy.application().accessToken(connection).expect(200);
      proxy.application().proxied(connection, "/me").expect(200);
    }
    assertThat(perCallWork() - before).as("transactions and KEK calls, for batches and jobs only").isLessThan(CALLS / 2.0);
  }

  private static double perCallWork() {
    double sum = 0;
    Matcher matcher = Pattern
        .compile("^authpipe_(?:store_transactions|kek_calls)_total(?:\\{[^}]*})? ([0-9.E+]+)$", Pattern.MULTILINE)
        .matcher(proxy.metrics());
    int found = 0;
    while (matcher.find()) {
      sum += Double.parseDouble(matcher.group(1));
      found++;
    }
    assertThat(found).as("counters on the metrics page").isGreaterThan(1);
    return sum;
  }

}
