/**
 * Time-based one-time codes and the sealing of their secrets.
 */
@NullMarked
package dev.authpipe.control.member.totp;

import org.jspecify.annotations.NullMarked;
