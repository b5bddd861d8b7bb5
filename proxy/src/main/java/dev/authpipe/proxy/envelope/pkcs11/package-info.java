/**
 * KEKs in a hardware security module that speaks PKCS#11.
 */
@NullMarked
package dev.authpipe.proxy.envelope.pkcs11;

import org.jspecify.annotations.NullMarked;
