package dev.authpipe.proxy.envelope;

import java.util.Set;

import dev.authpipe.proxy.envelope.KekRefusedException.Reason;

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
