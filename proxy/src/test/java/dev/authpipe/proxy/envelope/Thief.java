package dev.authpipe.proxy.envelope;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/**
 * Somebody who can use one KEK, knows all formats, and holds rows that were stolen: unwraps what that KEK unwraps, for whatever purpose, and opens
 * what those keysets open. For tests of what such a person cannot do.
 */
public final class Thief {
  private static final int HEAD_BYTES = 1;

  private final Kek kek;
  private final String deployment;
  private final List<KeysetHandle> keysets = new ArrayList<>();
  private int refusals;
  private int others;

  public Thief(Kek kek, String deployment) {
    this.kek = kek;
    this.deployment = deployment;
  }

  /** Tries a wrapped keyset as one of any purpose, of the workspace or of the deployment; whether the KEK gave it. */
  public boolean unwraps(@Nullable WorkspaceId workspace, int version, byte[] wrapped) {
    byte[] payload = Arrays.copyOfRange(wrapped, HEAD_BYTES, wrapped.length);
    List<String> purposes = new ArrayList<>(List.of("vault-workspace", "client-secrets-workspace"));
    for (DeploymentPurpose purpose : DeploymentPurpose.values()) {
      purposes.add("deployment-" + purpose.label());
    }
    boolean given = false;
    for (String purpose : purposes) {
      for (WorkspaceId owner : workspace == null ? List.<@Nullable WorkspaceId>of() : List.of(workspace)) {
        given |= unwrap(new WrapContext(purpose, deployment, owner, version), payload);
      }
      given |= unwrap(new WrapContext(purpose, deployment, null, version), payload);
    }
    return given;
  }

  private boolean unwrap(WrapContext context, byte[] payload) {
    try (SecretBytes plain = kek.unwrap(payload, context)) {
      keep(plain);
      return true;
    } catch (IntegrityException | KekRefusedException refused) {
      refusals++;
      return false;
    }
  }

  /** A key of the deployment opens no records: it is had, and of no use for them. */
  private void keep(SecretBytes plain) {
    try {
      keysets
          .add(TinkProtoKeysetFormat.parseKeyset(plain.expose(), InsecureSecretKeyAccess.get(), WorkspaceKeyset.CONFIGURATION));
    } catch (GeneralSecurityException otherKind) {
      others++;
    }
  }

  /** How many keysets of other kinds it has. */
  public int others() {
    return others;
  }

  /** How often the KEK gave nothing. */
  public int refusals() {
    return refusals;
  }

  /** Opens a record by any of the keysets; with the associated data of its place, and without any. */
  public Optional<byte[]> opens(RecordContext place, byte[] sealed) {
    byte[] ciphertext = Arrays.copyOfRange(sealed, HEAD_BYTES, sealed.length);
    for (KeysetHandle keyset : keysets) {
      for (byte[] data : List.of(place.associatedData(deployment), new byte[0])) {
        Optional<byte[]> plain = decrypt(keyset, ciphertext, data);
        if (plain.isPresent()) {
          return plain;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<byte[]> decrypt(KeysetHandle keyset, byte[] ciphertext, byte[] associatedData) {
    try {
      return Optional.of(keyset.getPrimitive(WorkspaceKeyset.CONFIGURATION, Aead.class).decrypt(ciphertext, associatedData));
    } catch (GeneralSecurityException refused) {
      return Optional.empty();
    }
  }
}
