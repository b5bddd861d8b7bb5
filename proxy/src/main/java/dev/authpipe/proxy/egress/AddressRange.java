package dev.authpipe.proxy.egress;

import java.net.InetAddress;

import io.netty.util.NetUtil;

/** A range of IP addresses in CIDR notation. Never resolves a name: only literal addresses are read. */
final class AddressRange {
  private final byte[] network;
  private final int prefixLength;

  private AddressRange(byte[] network, int prefixLength) {
    this.network = network;
    this.prefixLength = prefixLength;
  }

  /** Reads {@code 10.0.0.0/8} or {@code fd00::/8}; a single address counts as a range of one. */
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    byte[] network = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (network == null) {
      throw new IllegalArgumentException("not an address range: " + text);
    }
    int most = network.length * 8;
    int length;
    try {
      length = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an address range: " + text, e);
    }
    if (length < 0 || length > most) {
      throw new IllegalArgumentException("not an address range: " + text);
    }
    return new AddressRange(network, length);
  }

  boolean contains(InetAddress address) {
    return contains(address.getAddress());
  }

  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit += 8) {
      int mask = prefixLength - bit >= 8 ? 0xFF : (0xFF << (8 - (prefixLength - bit))) & 0xFF;
      if (((address[bit / 8] ^ network[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
