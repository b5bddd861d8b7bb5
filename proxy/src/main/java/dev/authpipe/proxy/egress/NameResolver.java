package dev.authpipe.proxy.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host name. Must never judge them: that is {@link AddressPolicy}'s. Blocks: never on an event loop. */
@FunctionalInterface
public interface NameResolver {

  /** The platform's resolver. */
  NameResolver PLATFORM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * Every A and AAAA of the name, in order of preference; a literal address resolves to itself.
   *
   * @throws UnknownHostException if there is none
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
