package dev.authpipe.control.feed;

import java.util.List;

import dev.authpipe.control.dataplane.ServedWorkspace;

/** A feed as its data plane gets it, and from which state of its workspaces it was made. Never holds a secret. */
final class PublishedFeed {
  private final List<ServedWorkspace> madeOf;
  private final long version;
  private final String entityTag;
  private final byte[] document;

  PublishedFeed(List<ServedWorkspace> madeOf, long version, String entityTag, byte[] document) {
    this.madeOf = List.copyOf(madeOf);
    this.version = version;
    this.entityTag = entityTag;
    this.document = document;
  }

  boolean isMadeOf(List<ServedWorkspace> state) {
    return madeOf.equals(state);
  }

  long version() {
    return version;
  }

  String entityTag() {
    return entityTag;
  }

  byte[] document() {
    return document;
  }
}
