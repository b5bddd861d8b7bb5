/**
 * KEKs in the transit secrets engine of Vault and OpenBao.
 */
@NullMarked
package dev.authpipe.proxy.envelope.transit;

import org.jspecify.annotations.NullMarked;
