package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Mac;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.PublicKeySign;
import com.google.crypto.tink.mac.HmacParameters;
import com.google.crypto.tink.mac.MacConfig2026;
import com.google.crypto.tink.prf.HmacPrfParameters;
import com.google.crypto.tink.prf.PrfConfig2026;
import com.google.crypto.tink.prf.PrfSet;
import com.google.crypto.tink.signature.Ed25519Parameters;
import com.google.crypto.tink.signature.Ed25519PublicKey;
import com.google.crypto.tink.signature.SignatureConfig2026;

/** The deployment's own keys, usable. Never leaves this room. */
final class DeploymentKeySet {
  private static final int KEY_BYTES = 32;

  final StoredKeyset proof;
  final PrfSet apiKeyHash;
  final Mac authority;
  final PrfSet hash;
  final PublicKeySign audit;
  final byte[] auditPublicKey;

  DeploymentKeySet(StoredKeyset proof, KeysetHandle apiKeyHash, KeysetHandle authority, KeysetHandle hash, KeysetHandle audit) {
    try {
      this.proof = proof;
      this.apiKeyHash = apiKeyHash.getPrimitive(PrfConfig2026.get(), PrfSet.class);
      this.authority = authority.getPrimitive(MacConfig2026.get(), Mac.class);
      this.hash = hash.getPrimitive(PrfConfig2026.get(), PrfSet.class);
      this.audit = audit.getPrimitive(SignatureConfig2026.get(), PublicKeySign.class);
      this.auditPublicKey = publicKey(audit);
    } catch (GeneralSecurityException | ClassCastException malformed) {
      throw new IntegrityException("deployment keyset");
    }
  }

  static Configuration configuration(DeploymentPurpose purpose) {
    return switch (purpose) {
      case API_KEY_HASH, HASH -> PrfConfig2026.get();
      case AUTHORITY_MAC -> MacConfig2026.get();
      case AUDIT_SIGNING -> SignatureConfig2026.get();
    };
  }

  static Parameters parameters(DeploymentPurpose purpose) {
    try {
      return switch (purpose) {
        case API_KEY_HASH, HASH -> HmacPrfParameters.builder().setKeySizeBytes(KEY_BYTES)
            .setHashType(HmacPrfParameters.HashType.SHA256).build();
        case AUTHORITY_MAC -> HmacParameters.builder().setKeySizeBytes(KEY_BYTES).setTagSizeBytes(32)
            .setHashType(HmacParameters.HashType.SHA256).setVariant(HmacParameters.Variant.TINK).build();
        case AUDIT_SIGNING -> Ed25519Parameters.create(Ed25519Parameters.Variant.NO_PREFIX);
      };
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("a primitive is missing", failure);
    }
  }

  @AccessesPartialKey
  private static byte[] publicKey(KeysetHandle audit) throws GeneralSecurityException {
    Ed25519PublicKey key = (Ed25519PublicKey) audit.getPublicKeysetHandle().getPrimary().getKey();
    return key.getPublicKeyBytes().toByteArray();
  }
}
