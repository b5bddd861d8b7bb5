package dev.authpipe.control.member.oidc;

import org.jspecify.annotations.Nullable;

/**
 * Whom the provider says somebody is.
 *
 * @param issuer        the provider
 * @param subject       its name for them, never reused
 * @param email         their address, only where the provider says it verified it; else null
 * @param displayName   what they are called; null: not said
 */
public record OidcAnswer(String issuer, String subject, @Nullable String email, @Nullable String displayName) {}
