package dev.authpipe.proxy.envelope;

class ScriptedKekTest implements KekContract {
  private final ScriptedKek kek = new ScriptedKek("scripted");

  @Override
  public Kek kek() {
    return kek;
  }

  @Override
  public void makeRefuse() {
    kek.refuses(KekRefusedException.Reason.PENDING_DELETION);
  }
}
