package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and changes addresses as people with an address bar do. */
final class Addresses {
  private Addresses() {}

  static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  /** The first value of a query parameter. */
  static Optional<String> parameter(URI address, String name) {
    for (String pair : pairs(address)) {
      if (pair.startsWith(name + "=")) {
        return Optional.of(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  /** The same address with a parameter added, replaced or, when the value is empty, left out. */
  static URI with(URI address, String name, String encodedValue) {
    List<String> pairs = new ArrayList<>(pairs(address));
    pairs.removeIf(pair -> pair.startsWith(name + "="));
    if (!encodedValue.isEmpty()) {
      pairs.add(name + "=" + encodedValue);
    }
    return URI.create(origin(address) + address.getRawPath() + "?" + String.join("&", pairs));
  }

  /** The same address with another last part of its path. */
  static URI withLastSegment(URI address, String segment) {
    String path = address.getRawPath();
    return URI.create(
        origin(address) + path.substring(0, path.lastIndexOf('/') + 1) + segment + "?" + address.getRawQuery());
  }

  static String lastSegment(URI address) {
    return address.getRawPath().substring(address.getRawPath().lastIndexOf('/') + 1);
  }

  private static List<String> pairs(URI address) {
    return address.getRawQuery() == null ? List.of() : List.of(address.getRawQuery().split("&", -1));
  }
}
