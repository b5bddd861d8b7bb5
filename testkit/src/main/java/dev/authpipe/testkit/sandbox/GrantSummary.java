package dev.authpipe.testkit.sandbox;

import java.util.List;

/** One consent of one account to one client, and what became of it. */
public record GrantSummary(String grantId, Account account, String clientId, List<String> scopes, int successfulRefreshes,
    LiveTokens live,
    boolean revoked) {

  public GrantSummary {
    scopes = List.copyOf(scopes);
  }
}
