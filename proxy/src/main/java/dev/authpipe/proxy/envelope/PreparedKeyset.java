package dev.authpipe.proxy.envelope;

/** A keyset that is wrapped and not stored yet; holds nothing unwrapped. */
public final class PreparedKeyset {
  private final StoredKeyset keyset;

  PreparedKeyset(StoredKeyset keyset) {
    this.keyset = keyset;
  }

  StoredKeyset keyset() {
    return keyset;
  }

  /** Its number in the workspace. */
  public int version() {
    return keyset.version();
  }

  /** The KEK that wrapped it. */
  public String kekName() {
    return keyset.kekName();
  }
}
