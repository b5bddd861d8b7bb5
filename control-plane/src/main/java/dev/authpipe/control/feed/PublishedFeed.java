package dev.authpipe.control.feed;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.dataplane.ServedWorkspace;

/**
 * A feed as its data plane gets it, and from which state of its workspaces it was made: once with {@code branding} and once without, for proxies
 * that would refuse what they do not know. Never holds a secret.
 */
final class PublishedFeed {
  private final List<ServedWorkspace> madeOf;
  private final long version;
  private final String label;
  private final byte[] plain;
  private final byte @Nullable [] branded;

  /** @param branded null: there is nothing to leave out */
  PublishedFeed(List<ServedWorkspace> madeOf, long version, String label, byte[] plain,
      byte @Nullable [] branded) {
    this.madeOf = List.copyOf(madeOf);
    this.version = version;
    this.label = label;
    this.plain = plain;
    this.branded = branded;
  }

  boolean isMadeOf(List<ServedWorkspace> state) {
    return madeOf.equals(state);
  }

  long version() {
    return version;
  }

  String entityTag(boolean withBranding) {
    return "\"" + version + "-" + label + (withBranding ? "-2\"" : "\"");
  }

  byte[] document(boolean withBranding) {
    return withBranding && branded != null ? branded : plain;
  }

  int length() {
    return plain.length + (branded == null ? 0 : branded.length);
  }
}
