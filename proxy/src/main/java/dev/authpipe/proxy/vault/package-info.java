/**
 * Keeps sealed credentials by connection and generation, and their lease. Never keeps a plaintext.
 */
@NullMarked
package dev.authpipe.proxy.vault;

import org.jspecify.annotations.NullMarked;
