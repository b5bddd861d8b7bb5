/**
 * Proofs that go through the whole proxy over real HTTP: permissions, the API's document, tenants, errors, canaries, kills. Never
 * reaches into a room.
 */
@NullMarked
package dev.authpipe.proxy.proof;

import org.jspecify.annotations.NullMarked;
