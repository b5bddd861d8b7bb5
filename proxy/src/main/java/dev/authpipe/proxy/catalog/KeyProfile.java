package dev.authpipe.proxy.catalog;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How an end user gives a key, a bearer token or a name with a password on the hosted page. Never holds one.
 *
 * @param label         what the field is called
 * @param hint          where the end user finds it, in one sentence; null: none
 * @param pattern       what an entry must match as a whole
 * @param usernameLabel with {@link AuthType#BASIC}: what the name field is called; otherwise null
 * @param rotateAfter   the age at which such a secret is to be replaced, where provider or practice says so; null: none
 */
public record KeyProfile(String label, @Nullable String hint, ValuePattern pattern, @Nullable String usernameLabel,
    @Nullable Duration rotateAfter) {}
