package dev.authpipe.testkit.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.ConcealedText;

/** The provider's memory of codes, grants and their tokens. Safe for many threads; it lives as long as the server. */
final class Grants {

  private static final int MOST_GRANTS = 100_000;

  private static final class Code {

    final AuthorizationRequest request;
    final Account account;
    final Instant expiry;
    Optional<Grant> grant = Optional.empty();

    Code(AuthorizationRequest request, Account account, Instant expiry) {
      this.request = request;
      this.account = account;
      this.expiry = expiry;
    }
  }

  private final AuthorizationServerSettings settings;
  private final TokenMint mint;
  private final Map<ConcealedText, Code> codes = new HashMap<>();
  private final List<Grant> grants = new ArrayList<>();
  private final Map<ConcealedText, Grant> grantByToken = new HashMap<>();

  Grants(AuthorizationServerSettings settings, TokenMint mint) {
    this.settings = settings;
    this.mint = mint;
  }

  synchronized ConcealedText issueCode(AuthorizationRequest request, Account account) {
    if (codes.size() >= MOST_GRANTS) {
      throw OAuthRefusal.of("temporarily_unavailable", "the sandbox is full");
    }
    var code = mint.secret("sbx_code_");
    codes.put(code, new Code(request, account, now().plus(settings.codeLifetime())));
    return code;
  }

  /** Redeems a code once; a second try revokes what the first one brought (RFC 6749, section 4.1.2). */
  synchronized ObjectNode exchange(ConcealedText authorizationCode, RegisteredClient client, String redirectUri,
      ConcealedText codeVerifier) {
    var code = codes.get(authorizationCode);
    if (code == null || !code.request.client().clientId().equals(client.clientId())) {
      throw OAuthRefusal.of("invalid_grant", "unknown code");
    }
    if (code.grant.isPresent()) {
      code.grant.get().revoke();
      throw OAuthRefusal.of("invalid_grant", "code was used before");
    }
    if (!now().isBefore(code.expiry)) {
      throw OAuthRefusal.of("invalid_grant", "code has expired");
    }
    if (!code.request.redirectUri().equals(redirectUri)) {
      throw OAuthRefusal.of("invalid_grant", "redirect_uri differs");
    }
    if (!code.request.challenge().equals(challengeOf(codeVerifier))) {
      throw OAuthRefusal.of("invalid_grant", "code_verifier does not fit");
    }
    var grant = new Grant("grant_" + mint.id(), code.account, client, code.request.scopes());
    code.grant = Optional.of(grant);
    grants.add(grant);
    return answer(grant, true);
  }

  /** A grant that somebody else was given long ago. */
  synchronized IssuedTokens issue(Account account, RegisteredClient client, List<String> scopes) {
    var grant = new Grant("grant_" + mint.id(), account, client, scopes);
    grants.add(grant);
    var answer = answer(grant, true);
    return new IssuedTokens(ConcealedText.of(answer.get("access_token").textValue()),
        ConcealedText.of(answer.get("refresh_token").textValue()));
  }

  /** An access token for a client that acts for itself, whose account is its own name (RFC 6749, section 4.4). */
  synchronized ObjectNode mint(RegisteredClient client, List<String> scopes) {
    if (client.authentication() instanceof ClientAuthentication.None) {
      throw OAuthRefusal.of("unauthorized_client", "a public client has no credentials");
    }
    if (grants.size() >= MOST_GRANTS) {
      throw OAuthRefusal.of("temporarily_unavailable", "the sandbox is full");
    }
    var account = Account.named(client.clientId(), client.displayName());
    if (settings.refreshKillsAccessToken()) {
      killAccessTokens(account);
    }
    var grant = new Grant("grant_" + mint.id(), account, client, scopes);
    grants.add(grant);
    return answer(grant, settings.refreshTokenForClients());
  }

  synchronized ObjectNode refresh(ConcealedText refreshToken, RegisteredClient client) {
    var grant = grantByToken.get(refreshToken);
    if (grant == null || !grant.client().clientId().equals(client.clientId())) {
      throw OAuthRefusal.of("invalid_grant", "unknown refresh token");
    }
    if (!grant.use(refreshToken, settings.rotation(), now())) {
      throw OAuthRefusal.of("invalid_grant", "refresh token is no longer valid");
    }
    if (settings.refreshKillsAccessToken()) {
      grant.killAccessTokens();
    }
    grant.countRefresh();
    return answer(grant, !(settings.rotation() instanceof RefreshRotation.None));
  }

  /** Kills as much as the provider's reach says; an unknown value is no error (RFC 7009, section 2.2). */
  synchronized void revoke(ConcealedText accessOrRefreshToken, RegisteredClient client) {
    var grant = grantByToken.get(accessOrRefreshToken);
    if (grant == null || !grant.client().clientId().equals(client.clientId())) {
      return;
    }
    switch (settings.revocationReach()) {
      case TOKEN -> grant.kill(accessOrRefreshToken);
      case GRANT -> grant.revoke();
      case INSTALLATION -> revokeAll(
          other -> other.account().equals(grant.account()) && other.client().clientId().equals(client.clientId()));
    }
  }

  synchronized void revokeAll(Predicate<Grant> which) {
    grants.stream().filter(which).forEach(Grant::revoke);
  }

  synchronized void killAccessTokens(Account account) {
    grants.stream().filter(grant -> grant.account().equals(account)).forEach(Grant::killAccessTokens);
  }

  synchronized Optional<Account> accountOf(ConcealedText accessToken) {
    return Optional.ofNullable(grantByToken.get(accessToken)).filter(grant -> grant.acceptsAccessToken(accessToken, now()))
        .map(Grant::account);
  }

  synchronized List<GrantSummary> summaries() {
    return grants.stream().map(grant -> grant.summary(settings.rotation(), now())).toList();
  }

  private ObjectNode answer(Grant grant, boolean withRefreshToken) {
    var accessToken = mint.secret("sbx_at_");
    var lifetime = settings.accessTokenLifetime();
    grant.addAccessToken(accessToken, now().plus(lifetime));
    grantByToken.put(accessToken, grant);
    var answer = Json.object().put("access_token", accessToken.reveal()).put("token_type", "Bearer").put("expires_in",
        lifetime.toSeconds());
    if (withRefreshToken) {
      var refreshToken = mint.secret("sbx_rt_");
      grant.addRefreshToken(refreshToken);
      grantByToken.put(refreshToken, grant);
      answer.put("refresh_token", refreshToken.reveal());
    }
    return answer.put("scope", String.join(" ", grant.scopes()));
  }

  private Instant now() {
    return settings.clock().instant();
  }

  private static String challengeOf(ConcealedText codeVerifier) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(codeVerifier.reveal().getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
