package dev.authpipe.proxy.egress;

import java.util.Arrays;
import java.util.List;

/**
 * What an IP address is for, after the special-purpose registries (RFC 6890 and its updates). IPv4 addresses inside IPv6 ones (mapped,
 * compatible, NAT64) count as the IPv4 address they lead to; forms that hide one in other ways are reserved.
 */
enum AddressKind {
  PUBLIC,
  UNSPECIFIED,
  LOOPBACK,
  PRIVATE,
  SHARED,
  LINK_LOCAL,
  UNIQUE_LOCAL,
  MULTICAST,
  RESERVED;

  private record Rule(AddressRange range, AddressKind kind) {
    Rule(String range, AddressKind kind) {
      this(AddressRange.parse(range), kind);
    }
  }

  private static final List<Rule> V4 = List.of(new Rule("0.0.0.0/8", UNSPECIFIED), new Rule("10.0.0.0/8", PRIVATE),
      new Rule("100.64.0.0/10", SHARED),
      new Rule("127.0.0.0/8", LOOPBACK), new Rule("169.254.0.0/16", LINK_LOCAL), new Rule("172.16.0.0/12", PRIVATE),
      new Rule("192.0.0.0/24", RESERVED),
      new Rule("192.0.2.0/24", RESERVED), new Rule("192.31.196.0/24", RESERVED), new Rule("192.52.193.0/24", RESERVED),
      new Rule("192.88.99.0/24", RESERVED), new Rule("192.168.0.0/16", PRIVATE), new Rule("192.175.48.0/24", RESERVED),
      new Rule("198.18.0.0/15", RESERVED), new Rule("198.51.100.0/24", RESERVED), new Rule("203.0.113.0/24", RESERVED),
      new Rule("224.0.0.0/4", MULTICAST), new Rule("240.0.0.0/4", RESERVED));

  /** The only IPv6 space that is global unicast is 2000::/3 (RFC 4291), less the exceptions listed before it. */
  private static final List<Rule> V6 = List.of(new Rule("::/128", UNSPECIFIED), new Rule("::1/128", LOOPBACK),
      new Rule("fe80::/10", LINK_LOCAL),
      new Rule("fec0::/10", UNIQUE_LOCAL), new Rule("fc00::/7", UNIQUE_LOCAL), new Rule("ff00::/8", MULTICAST),
      new Rule("2001::/23", RESERVED),
      new Rule("2001:db8::/32", RESERVED), new Rule("2002::/16", RESERVED), new Rule("2620:4f:8000::/48", RESERVED),
      new Rule("3fff::/20", RESERVED),
      new Rule("2000::/3", PUBLIC));

  private static final List<AddressRange> V4_INSIDE = List.of(AddressRange.parse("::ffff:0:0/96"), AddressRange.parse("::/96"),
      AddressRange.parse("64:ff9b::/96"));

  /** Classifies the 4 or 16 bytes of an address. */
  static AddressKind of(byte[] address) {
    if (address.length == 4) {
      return first(V4, address, PUBLIC);
    }
    AddressKind special = first(V6, address, RESERVED);
    if (special == RESERVED && V4_INSIDE.stream().anyMatch(range -> range.contains(address))) {
      return of(Arrays.copyOfRange(address, 12, 16));
    }
    return special;
  }

  private static AddressKind first(List<Rule> rules, byte[] address, AddressKind otherwise) {
    for (Rule rule : rules) {
      if (rule.range().contains(address)) {
        return rule.kind();
      }
    }
    return otherwise;
  }
}
