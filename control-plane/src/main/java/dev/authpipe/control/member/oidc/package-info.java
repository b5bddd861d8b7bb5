/**
 * Speaks OpenID Connect to the identity provider; decides nothing about people.
 */
@NullMarked
package dev.authpipe.control.member.oidc;

import org.jspecify.annotations.NullMarked;
