package dev.authpipe.proxy.catalog;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A change that the control plane wants and that waits for local approval. Its id is made from what it is, so that it is the same on every
 * replica and however often it is repeated.
 *
 * @param workspace whose
 * @param object    id of the workspace, integration, API key or request
 * @param member    of the object; empty: the object as a whole
 * @param before    what is in force, as canonical JSON; null: nothing
 * @param after     what is wanted, as canonical JSON; null: nothing
 */
public record Proposal(WorkspaceId workspace, String object, String member, @Nullable String before, @Nullable String after) {
  static Proposal of(WorkspaceId workspace, String object, String member, @Nullable Object before, @Nullable Object after) {
    return new Proposal(workspace, object, member, before == null ? null : LinkJson.text(before),
        after == null ? null : LinkJson.text(after));
  }

  /** The canonical bytes that the id is made of. */
  byte[] canonical() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("workspace", workspace.toString());
    tree.put("object", object);
    tree.put("member", member);
    if (before != null) {
      tree.put("before", LinkJson.tree(before));
    }
    if (after != null) {
      tree.put("after", LinkJson.tree(after));
    }
    return LinkJson.bytes(tree);
  }

  /** The id. */
  public ChangeId id() {
    try {
      ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(canonical()));
      return new ChangeId(new UUID(hash.getLong(), hash.getLong()));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  @Nullable
  Object wanted() {
    return after == null ? null : LinkJson.tree(after);
  }
}
