package dev.authpipe.quickstart.supply;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something of others that Authpipe ships or is built with, and what its own description says of its licences.
 *
 * @param name     group and artifact, or the name of an npm package
 * @param licences as declared: SPDX identifiers where they are known, in the order of the description; empty: none is declared
 * @param sha256   in hexadecimal; null for npm, whose lock holds another hash
 */
record Component(String name, String version, List<String> licences, boolean ships, @Nullable String sha256) {
  Component {
    licences = List.copyOf(licences);
  }

  /** The licences in one piece, as {@code build/licences} writes them. */
  String declared() {
    return String.join(" + ", licences);
  }
}
