package dev.authpipe.sdk.value;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection's credential without any part of it. All of it may be missing.
 *
 * @param expiresAt    when the access token now held ends; null when the provider does not say, or there is none
 * @param generation   counter of the credential's value; null when there is none
 * @param authorizedAt when the end user last agreed; null when that is not known
 * @param reconsent    when they will have to agree again; null when nothing says so
 * @param rotation     when the secret is to be replaced; null when nothing says so
 */
public record CredentialState(@Nullable Instant expiresAt, @Nullable Long generation, @Nullable Instant authorizedAt,
    @Nullable Reconsent reconsent, @Nullable Rotation rotation) {}
