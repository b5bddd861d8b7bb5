package dev.authpipe.proxy.envelope.pkcs11;

import java.nio.file.Path;

/**
 * How the operator reaches a key in a hardware security module. Holds no secret.
 *
 * @param library   the module's PKCS#11 library
 * @param slot      number of the slot, or its index in the list of slots
 * @param slotIndex whether it is the index
 * @param key       label of an AES key that may encrypt and decrypt and does not leave the module
 */
public record Pkcs11KekSettings(Path library, long slot, boolean slotIndex, String key) {}
