package dev.authpipe.sdk.value;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Until when copies of what was erased may live elsewhere.
 *
 * @param accessTokens       until when an access token that was handed out may work at a provider that did not confirm; null: none may
 * @param endlessCredentials how many credentials that no provider confirmed have no known end
 * @param journals           until when a refresh token may stand, sealed, in the rescue journal of another replica
 * @param backups            until when backups, archived logs and late replicas of the databases are kept
 * @param rowVersions        until when dead row versions stay in the database's files, in the proxy's word
 * @param writeAheadLog      the same for the database's write-ahead log
 */
public record ErasureHorizons(@Nullable Instant accessTokens, long endlessCredentials, Instant journals, Instant backups,
    String rowVersions, String writeAheadLog) {}
