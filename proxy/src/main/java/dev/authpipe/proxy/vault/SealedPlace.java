package dev.authpipe.proxy.vault;

/** A sealed credential and where it belongs, as it was read. */
final class SealedPlace {
  private final CredentialPlace place;
  private final byte[] sealed;

  SealedPlace(CredentialPlace place, byte[] sealed) {
    this.place = place;
    this.sealed = sealed;
  }

  CredentialPlace place() {
    return place;
  }

  byte[] sealed() {
    return sealed;
  }
}
