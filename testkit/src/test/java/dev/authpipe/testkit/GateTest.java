package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

class GateTest {

  @Test
  void closedGateHoldsUntilOpened() {
    var gate = Gate.closed();
    var held = CompletableFuture.runAsync(gate::pass);
    gate.awaitArrivals(1);

    assertThat(held).isNotDone();
    assertThat(gate.waiting()).isEqualTo(1);
    gate.open();
    held.join();
    assertThat(gate.waiting()).isZero();
  }

  @Test
  void openGateHoldsNobodyAndGoesOnCounting() {
    var gate = Gate.closed();
    gate.open();
    gate.pass();

    assertThat(gate.arrivals()).isEqualTo(1);
  }
}
