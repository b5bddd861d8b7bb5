package dev.authpipe.proxy.caller;

import java.net.InetAddress;

/** A range of addresses in CIDR form. Never resolves a name. */
record IpRange(InetAddress first, int prefixLength) {

  /** @throws IllegalArgumentException if the text is not a literal address with a prefix length */
  static IpRange parse(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int bits = address.getAddress().length * 8;
      int length = slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10);
      if (length < 0 || length > bits) {
        throw new IllegalArgumentException();
      }
      return new IpRange(address, length);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("not an address range in CIDR form, for instance 10.1.0.0/16", wrong);
    }
  }

  boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] theirs = address.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = prefixLength / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != theirs[i]) {
        return false;
      }
    }
    int rest = prefixLength % 8;
    return rest == 0 || ((mine[whole] ^ theirs[whole]) & (0xFF00 >> rest) & 0xFF) == 0;
  }
}
