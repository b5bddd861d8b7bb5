package dev.authpipe.proxy.vault;

import org.jspecify.annotations.Nullable;

/**
 * A connection with the names that its ids stand for, as the API shows it. Must never reach the audit log.
 *
 * @param connection the row
 * @param endUser    whose
 * @param account    the account at the provider, or null
 * @param credential state of its credential and when its access token ends, or null when there never was one
 */
public record ConnectionListing(ConnectionRow connection, EndUser endUser, @Nullable ProviderAccount account,
    @Nullable CredentialRow credential) {}
