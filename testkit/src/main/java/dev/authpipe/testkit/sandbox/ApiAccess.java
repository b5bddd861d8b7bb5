package dev.authpipe.testkit.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.RecordedRequest;

/** Who is calling the API: the account behind a live access token or an API key. */
final class ApiAccess {

  private final Grants grants;
  private final TokenMint mint;
  private final Map<ConcealedText, Account> accountByApiKey = new ConcurrentHashMap<>();

  ApiAccess(Grants grants, TokenMint mint) {
    this.grants = grants;
    this.mint = mint;
  }

  ConcealedText createApiKey(Account account) {
    var apiKey = mint.secret("sbx_key_");
    accountByApiKey.put(apiKey, account);
    return apiKey;
  }

  void deleteApiKey(ConcealedText apiKey) {
    accountByApiKey.remove(apiKey);
  }

  Optional<Account> caller(RecordedRequest request) {
    var apiKey = request.header("X-Api-Key").map(ConcealedText::of).or(() -> basicUser(request)).or(() -> bearer(request));
    return bearer(request).flatMap(grants::accountOf)
        .or(() -> apiKey.flatMap(key -> Optional.ofNullable(accountByApiKey.get(key))));
  }

  /** RFC 6750, section 3.1. */
  static Answer refusal() {
    return Json.answer(401, Json.object().put("message", "access token is missing, expired or revoked")).with("WWW-Authenticate",
        "Bearer error=\"invalid_token\"");
  }

  private static Optional<ConcealedText> bearer(RecordedRequest request) {
    return request.header("Authorization").filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> ConcealedText.of(value.substring(7)));
  }

  private static Optional<ConcealedText> basicUser(RecordedRequest request) {
    return request.header("Authorization").filter(value -> value.regionMatches(true, 0, "Basic ", 0, 6)).flatMap(value -> {
      try {
        var pair = new String(Base64.getDecoder().decode(value.substring(6)), StandardCharsets.UTF_8);
        return Optional.of(ConcealedText.of(pair.substring(0, Math.max(0, pair.indexOf(':')))));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    });
  }
}
