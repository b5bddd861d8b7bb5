package dev.authpipe.testkit.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.authpipe.testkit.ConcealedText;

/** One consent with its family of tokens. Not safe for threads: {@link Grants} guards it. */
final class Grant {

  private final String id;
  private final Account account;
  private final RegisteredClient client;
  private final List<String> scopes;
  private final Map<ConcealedText, Instant> accessTokenExpiries = new LinkedHashMap<>();
  private final Set<ConcealedText> refreshTokens = new LinkedHashSet<>();
  private final Map<ConcealedText, Instant> rotatedOut = new HashMap<>();
  private int successfulRefreshes;
  private boolean revoked;

  Grant(String id, Account account, RegisteredClient client, List<String> scopes) {
    this.id = id;
    this.account = account;
    this.client = client;
    this.scopes = List.copyOf(scopes);
  }

  String id() {
    return id;
  }

  Account account() {
    return account;
  }

  RegisteredClient client() {
    return client;
  }

  List<String> scopes() {
    return scopes;
  }

  void addAccessToken(ConcealedText accessToken, Instant expiry) {
    accessTokenExpiries.put(accessToken, expiry);
  }

  void addRefreshToken(ConcealedText refreshToken) {
    refreshTokens.add(refreshToken);
  }

  /** Uses a refresh token of this family: false when it is dead, in which case a reuse has killed the family. */
  boolean use(ConcealedText refreshToken, RefreshRotation rotation, Instant now) {
    if (!refreshTokens.contains(refreshToken)) {
      return false;
    }
    if (!isUsable(refreshToken, rotation, now)) {
      revoke();
      return false;
    }
    if (!(rotation instanceof RefreshRotation.None)) {
      rotatedOut.putIfAbsent(refreshToken, now);
    }
    return true;
  }

  void countRefresh() {
    successfulRefreshes++;
  }

  void killAccessTokens() {
    accessTokenExpiries.clear();
  }

  /** Kills one access or refresh token and leaves the rest. */
  void kill(ConcealedText accessOrRefreshToken) {
    accessTokenExpiries.remove(accessOrRefreshToken);
    refreshTokens.remove(accessOrRefreshToken);
  }

  void revoke() {
    revoked = true;
    accessTokenExpiries.clear();
    refreshTokens.clear();
  }

  boolean acceptsAccessToken(ConcealedText accessToken, Instant now) {
    var expiry = accessTokenExpiries.get(accessToken);
    return expiry != null && now.isBefore(expiry);
  }

  LiveTokens live(RefreshRotation rotation, Instant now) {
    var access = new ArrayList<ConcealedText>();
    accessTokenExpiries.forEach((accessToken, expiry) -> {
      if (now.isBefore(expiry)) {
        access.add(accessToken);
      }
    });
    return new LiveTokens(access, refreshTokens.stream().filter(refreshToken -> isUsable(refreshToken, rotation, now)).toList());
  }

  GrantSummary summary(RefreshRotation rotation, Instant now) {
    return new GrantSummary(id, account, client.clientId(), scopes, successfulRefreshes, live(rotation, now), revoked);
  }

  private boolean isUsable(ConcealedText refreshToken, RefreshRotation rotation, Instant now) {
    var used = rotatedOut.get(refreshToken);
    return used == null || switch (rotation) {
      case RefreshRotation.None _ -> true;
      case RefreshRotation.Grace grace -> now.isBefore(used.plus(grace.leeway()));
      case RefreshRotation.Strict _ -> false;
    };
  }
}
