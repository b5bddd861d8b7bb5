package dev.authpipe.proxy.connect;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The request for a connect session.
 *
 * @param endUser             whose connection this is to become
 * @param integrations        what they may choose from, by id or slug
 * @param returnUrl           where their browser goes afterwards
 * @param codeChallenge       S256 of the verifier in the application's login session
 * @param codeChallengeMethod {@code S256}
 * @param scopes              fewer than the integration's; absent: the integration's
 * @param params              provider parameters
 * @param connectionId        the connection to give a new grant
 * @param allowAccountChange  whether a reconnect may lead to another provider account
 */
record CreateSession(@Nullable Person endUser, @Nullable List<String> integrations, @Nullable String returnUrl,
    @Nullable String codeChallenge, @Nullable String codeChallengeMethod, @Nullable List<String> scopes,
    @Nullable Map<String, String> params, @Nullable String connectionId, @Nullable Boolean allowAccountChange) {

  /**
   * The end user as the application names them.
   *
   * @param id          1 to 256 characters
   * @param displayName up to 256 characters, shown on the hosted page
   * @param email       up to 320 characters
   */
  record Person(@Nullable String id, @Nullable String displayName,
      @Nullable String email) {}
}
