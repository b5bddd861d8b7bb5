package dev.authpipe.sdk.config;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A key pair of an integration that signs its client assertions (RFC 7523). The private part never leaves the proxy.
 *
 * @param keyId       its {@code kid}: the thumbprint of the public key (RFC 7638)
 * @param version     counts the keys of the integration
 * @param state       what it does
 * @param createdAt   when it was made
 * @param signsFrom   from when on it signs
 * @param signsUntil  until when; null: until a successor takes over
 * @param goneAt      when it is destroyed; null: nobody said
 * @param publicKey   as PEM, for providers that take it so
 */
public record ClientKey(String keyId, long version, ClientKeyState state, Instant createdAt, Instant signsFrom,
    @Nullable Instant signsUntil, @Nullable Instant goneAt, String publicKey) {}
