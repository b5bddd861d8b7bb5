/**
 * The append-only, tamper-evident record. Never holds free text, a name, an address or a secret.
 */
@NullMarked
package dev.authpipe.proxy.audit;

import org.jspecify.annotations.NullMarked;
