package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.XAesGcmParameters;
import org.jspecify.annotations.Nullable;

/** The usable keys of one workspace: one to seal with, all by key id to open with. Never leaves this room. */
final class WorkspaceKeyset {
  static final Configuration CONFIGURATION = AeadConfig2026.get();
  private static final int SALT_BYTES = 12;

  private final StoredKeyset active;
  private final Aead sealing;
  private final KeyId sealingId;
  private final Map<Integer, Aead> opening;
  private final Map<Integer, Set<KeyId>> ids;

  private WorkspaceKeyset(StoredKeyset active, Aead sealing, KeyId sealingId, Map<Integer, Aead> opening,
      Map<Integer, Set<KeyId>> ids) {
    this.active = active;
    this.sealing = sealing;
    this.sealingId = sealingId;
    this.opening = opening;
    this.ids = ids;
  }

  /** XAES-256-GCM with a 192-bit nonce: 12 bytes of salt, 12 of IV. */
  static XAesGcmParameters parameters() {
    try {
      return XAesGcmParameters.create(XAesGcmParameters.Variant.TINK, SALT_BYTES);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("XAES-256-GCM is missing", failure);
    }
  }

  /** What may be used of the unwrapped keysets; exactly one of the rows is active. */
  static WorkspaceKeyset of(List<StoredKeyset> rows, List<KeysetHandle> handles) {
    Map<Integer, Aead> opening = new HashMap<>();
    Map<Integer, Set<KeyId>> ids = new HashMap<>();
    StoredKeyset active = null;
    Aead sealing = null;
    KeyId sealingId = null;
    try {
      for (int i = 0; i < rows.size(); i++) {
        KeysetHandle handle = handles.get(i);
        Aead aead = handle.getPrimitive(CONFIGURATION, Aead.class);
        for (int k = 0; k < handle.size(); k++) {
          if (handle.getAt(k).getStatus() == KeyStatus.ENABLED) {
            opening.put(handle.getAt(k).getId(), aead);
            ids.computeIfAbsent(rows.get(i).version(), _ -> new HashSet<>()).add(new KeyId(handle.getAt(k).getId()));
          }
        }
        if (rows.get(i).active()) {
          active = rows.get(i);
          sealing = aead;
          sealingId = new KeyId(handle.getPrimary().getId());
        }
      }
    } catch (GeneralSecurityException malformed) {
      throw new IntegrityException("wrapped keyset");
    }
    if (active == null || sealing == null || sealingId == null) {
      throw new KeyUnavailableException(KeyUnavailableException.Reason.MISSING);
    }
    if (opening.size() > WrappedKeysets.KEYS_MOST) {
      throw new IntegrityException("wrapped keyset");
    }
    return new WorkspaceKeyset(active, sealing, sealingId, Map.copyOf(opening), Map.copyOf(ids));
  }

  StoredKeyset active() {
    return active;
  }

  Aead sealing() {
    return sealing;
  }

  KeyId sealingId() {
    return sealingId;
  }

  /** The ids of its keys, by the version of the keyset. */
  Map<Integer, Set<KeyId>> ids() {
    return ids;
  }

  @Nullable
  Aead opening(int keyId) {
    return opening.get(keyId);
  }
}
