package dev.authpipe.proxy.link;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

import dev.authpipe.wire.Command;
import dev.authpipe.wire.SignedCommands;

/** The pinned Ed25519 key (RFC 8032) that alone signs commands. */
final class CommandKey {
  /** SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the 32 bytes of the key. */
  private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

  private final PublicKey key;

  CommandKey(String rawHex) {
    try {
      this.key = KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(HexFormat.of().formatHex(SPKI) + rawHex)));
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException("not a key for commands", wrong);
    }
  }

  boolean signed(SignedCommands.Signed command) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update((Command.SIGNATURE_CONTEXT + "\0" + command.payload()).getBytes(StandardCharsets.UTF_8));
      return signature.verify(HexFormat.of().parseHex(command.signature()));
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
