package dev.authpipe.proxy.envelope;

import java.util.Set;

import org.junit.jupiter.api.parallel.Isolated;

import dev.authpipe.proxy.envelope.KekRefusedException.Reason;

@Isolated("keeps what any logger of the process says")
class ScriptedKekTest implements KekContract {
  private final ScriptedKek kek = new ScriptedKek("scripted");

  @Override
  public Kek kek() {
    return kek;
  }

  @Override
  public Set<Reason> refusals() {
    return Set.of(Reason.values());
  }

  @Override
  public void refuse(Reason reason) {
    kek.refuses(reason);
  }

  @Override
  public Set<Outage> outages() {
    return Set.of(Outage.values());
  }

  @Override
  public void fail(Outage outage) {
    kek.isOut();
  }

  @Override
  public void recover() {
    kek.works();
  }
}
