package dev.authpipe.proxy.envelope;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * What a wrapped keyset is bound to. Opaque ids only: KMS providers log the encryption context. A keyset wrapped for one context does not
 * unwrap in another (S4).
 *
 * @param purpose    what the keyset is for, for instance {@code vault-workspace}
 * @param deployment the deployment's id
 * @param workspace  the workspace, or null for a keyset of the deployment
 * @param version    the keyset's version
 */
public record WrapContext(String purpose, String deployment, @Nullable WorkspaceId workspace, int version) {
  private static final int FORMAT = 1;

  /** As key and value pairs, for an AWS encryption context. */
  public Map<String, String> pairs() {
    TreeMap<String, String> pairs = new TreeMap<>();
    pairs.put("authpipe:deployment", deployment);
    pairs.put("authpipe:purpose", purpose);
    pairs.put("authpipe:version", Integer.toString(version));
    pairs.put("authpipe:workspace", workspace == null ? "none" : workspace.toString());
    return pairs;
  }

  /** As canonical bytes, for a KMS that takes additional authenticated data (docs/crypto-format.md, section 3.4). */
  public byte[] canonical() {
    return new FieldWriter().raw(FORMAT).text(purpose).text(deployment).uuid(workspace == null ? null : workspace.value())
        .number(version, 4).bytes();
  }
}
