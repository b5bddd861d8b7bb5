package dev.authpipe.proxy.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which addresses may be connected to (S22). Public ones may; private ones only where the operator named the host or the range;
 * link-local ones (cloud metadata) only by range. Must never be asked about a name: it judges the address that is then connected to.
 */
final class AddressPolicy {
  private static final Set<AddressKind> BY_HOST = Set.of(AddressKind.PUBLIC, AddressKind.PRIVATE, AddressKind.SHARED,
      AddressKind.UNIQUE_LOCAL);

  private final Set<String> privateHosts;
  private final List<AddressRange> privateRanges;
  private final Set<Origin> standIns;

  /** A policy as the operator set it. */
  AddressPolicy(EgressSettings settings) {
    this.privateHosts = settings.privateHosts().stream().map(host -> host.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
    this.privateRanges = settings.privateRanges().stream().map(AddressRange::parse).toList();
    this.standIns = settings.standIns().stream().map(Origin::of).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the origin may be spoken to at all: TLS, or a stand-in set through the Java API. */
  boolean allowsScheme(Origin origin) {
    return origin.secure() || standIns.contains(origin);
  }

  /** Whether this address may be connected to for this origin. */
  boolean allows(Origin origin, InetAddress address) {
    if (standIns.contains(origin)) {
      return true;
    }
    AddressKind kind = AddressKind.of(address.getAddress());
    return kind == AddressKind.PUBLIC || (privateHosts.contains(origin.host()) && BY_HOST.contains(kind))
        || privateRanges.stream().anyMatch(range -> range.contains(address));
  }

  /** Whether all of them may be: a name that also leads inside is refused as a whole, for it may be rebound. */
  boolean allowsAll(Origin origin, List<InetAddress> addresses) {
    return !addresses.isEmpty() && addresses.stream().allMatch(address -> allows(origin, address));
  }
}
