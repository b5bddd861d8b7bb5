package dev.authpipe.proxy.audit;

import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.tlog.LogName;
import dev.authpipe.tlog.SignedDocument;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;

/**
 * Signs receipts and reports under the key that signs checkpoints (docs/document-format.md), so that one public key verifies both. Must never sign
 * a name, a secret or a text of somebody else's. Thread-safe.
 */
@Singleton
public final class Documents {
  private final DeploymentKeys keys;
  private final String deployment;

  public Documents(DeploymentKeys keys, CheckpointSettings settings) {
    this.keys = keys;
    this.deployment = settings.deployment();
  }

  /** The key that verifies what is signed here: that of the checkpoints. */
  public VerifierKey key() {
    return VerifierKey.of(LogName.keyName(deployment), keys.auditPublicKey());
  }

  /**
   * Signs a document.
   *
   * @param kind    registered in docs/document-format.md
   * @param body    strings, integers and booleans by name
   * @param entries the same, at most {@link SignedDocument#MOST_ENTRIES}
   * @return the signed note, as it is kept and verified
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the deployment's keys cannot be used now
   */
  public String sign(String kind, Map<String, Object> body, List<Map<String, Object>> entries) {
    return SignedNote.sign(new SignedDocument(kind, body, entries).text(), key(), keys::signAudit).toString();
  }
}
