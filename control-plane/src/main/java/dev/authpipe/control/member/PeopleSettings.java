package dev.authpipe.control.member;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.member.oidc.OidcSettings;
import dev.authpipe.control.member.password.PasswordCost;
import dev.authpipe.control.secret.SecretText;

/**
 * What the operator says about people.
 *
 * @param factorKey    Tink keyset in JSON that seals TOTP secrets; null: a key of this process, development only
 * @param passwordCost what a password hash costs
 * @param oidc         the OpenID provider; null: none
 */
public record PeopleSettings(@Nullable SecretText factorKey, PasswordCost passwordCost, @Nullable OidcSettings oidc) {}
