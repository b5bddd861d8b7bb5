package dev.authpipe.control.member.oidc;

import java.net.URI;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;

/**
 * The OpenID provider with which people may sign in.
 *
 * @param name         what the button says
 * @param issuer       its issuer, exactly as it names itself
 * @param clientId     our registration there
 * @param clientSecret reads it for each exchange; null: a public client, PKCE only
 */
public record OidcSettings(String name, URI issuer, String clientId, @Nullable Supplier<SecretText> clientSecret) {
  /** Where the provider sends browsers back, below the public origin; to be registered there. */
  public static final String CALLBACK = "/api/v1/sign-in/oidc/callback";
}
