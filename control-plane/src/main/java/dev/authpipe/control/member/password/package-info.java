/**
 * Stores passwords as Argon2id hashes and compares them.
 */
@NullMarked
package dev.authpipe.control.member.password;

import org.jspecify.annotations.NullMarked;
