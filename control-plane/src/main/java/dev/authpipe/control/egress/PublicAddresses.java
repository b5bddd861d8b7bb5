package dev.authpipe.control.egress;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of the public internet from all others, after the special-purpose registries (RFC 6890 and its updates). An IPv4 address
 * inside an IPv6 one (mapped, compatible, NAT64) counts as what it leads to. Never resolves a name.
 */
final class PublicAddresses {
  /** A class of its own, for records compare arrays by identity. */
  private static final class Range {
    private final byte[] network;
    private final int length;

    private Range(byte[] network, int length) {
      this.network = network;
      this.length = length;
    }

    static Range parse(String text) {
      int slash = text.indexOf('/');
      return new Range(InetAddress.ofLiteral(text.substring(0, slash)).getAddress(), Integer.parseInt(text.substring(slash + 1)));
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      for (int bit = 0; bit < length; bit++) {
        if (((address[bit / 8] ^ network[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Range> NOT_PUBLIC = ranges("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
      "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23",
      "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");
  /** The only IPv6 space of global unicast (RFC 4291). */
  private static final Range GLOBAL = Range.parse("2000::/3");
  private static final Range NAT64 = Range.parse("64:ff9b::/96");
  private static final Range COMPATIBLE = Range.parse("::/96");

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress(); // InetAddress makes a mapped address an IPv4 one
    if (bytes.length == 16 && (NAT64.contains(bytes) || COMPATIBLE.contains(bytes))) {
      bytes = Arrays.copyOfRange(bytes, 12, 16);
    }
    byte[] judged = bytes;
    return (judged.length == 4 || GLOBAL.contains(judged)) && NOT_PUBLIC.stream().noneMatch(range -> range.contains(judged));
  }

  private static List<Range> ranges(String... texts) {
    return Arrays.stream(texts).map(Range::parse).toList();
  }
}
