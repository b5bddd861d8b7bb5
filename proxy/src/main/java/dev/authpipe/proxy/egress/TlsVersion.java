package dev.authpipe.proxy.egress;

import java.util.List;

/** The least version of TLS that a provider is spoken to with. There is none below 1.2, and later ones are always preferred (S28). */
public enum TlsVersion {
  /** RFC 5246, for a provider whose file records why. */
  TLS_1_2("1.2"),
  /** RFC 8446. */
  TLS_1_3("1.3");

  private final String number;

  TlsVersion(String number) {
    this.number = number;
  }

  /** As provider files write it. */
  public String number() {
    return number;
  }

  /** What a handshake offers, by the names of the JDK. */
  List<String> offered() {
    return switch (this) {
      case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
      case TLS_1_3 -> List.of("TLSv1.3");
    };
  }
}
