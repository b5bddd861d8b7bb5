/**
 * People, roles, sign-in, sessions.
 */
@NullMarked
package dev.authpipe.control.member;

import org.jspecify.annotations.NullMarked;
