package dev.authpipe.proxy.forward;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.testkit.http.LoopbackServer;

/** The same for a provider that speaks HTTP/2. */
@Tag("S27")
@Isolated // measures the process's memory
class ForwardStreamOverHttp2Test extends ForwardStreamTest {
  /** Over HTTP/2 it takes minutes, all alone: what each check looks at is two hundred megabytes. */
  @Test
  @Override
  @Tag("longest")
  @Timeout(600)
  void twoGigabytesEachWayLeaveMemoryFlat() throws Exception {
    assertFlat(2L << 30);
  }

  @Override
  ProviderDoor door(LoopbackServer provider) {
    return ProviderDoor.http2(provider);
  }
}
