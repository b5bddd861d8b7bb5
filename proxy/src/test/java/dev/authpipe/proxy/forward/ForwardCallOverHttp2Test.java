package dev.authpipe.proxy.forward;

import dev.authpipe.testkit.http.LoopbackServer;

/** Everything that holds for a proxied call, with a provider that speaks HTTP/2. */
class ForwardCallOverHttp2Test extends ForwardCallTest {
  @Override
  ProviderDoor door(LoopbackServer provider) {
    return ProviderDoor.http2(provider);
  }
}
