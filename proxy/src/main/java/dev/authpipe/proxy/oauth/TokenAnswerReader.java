package dev.authpipe.proxy.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.AccountProfile;
import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.proxy.catalog.TokenProfile;
import dev.authpipe.proxy.egress.OutboundResponse;
import dev.authpipe.proxy.egress.RetryAfter;
import dev.authpipe.proxy.oauth.JsonAnswer.Kind;
import dev.authpipe.proxy.oauth.JsonAnswer.Leaf;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Turns a token endpoint's answer into an outcome as the provider's profile says (RFC 6749 sections 5.1, 5.2). Never accepts what it does not
 * understand, and never loses sight of a token in an answer that it refuses.
 */
final class TokenAnswerReader {
  /** The largest answer that is accepted, in bytes. */
  static final int LARGEST = 64 * 1024;
  private static final int LONGEST_TOKEN = 16 * 1024;
  private static final int MOST_SCOPES = 200;
  private static final Duration LONGEST_REFRESH_LIFETIME = Duration.ofDays(3660);

  private final Provider provider;
  private final TokenProfile profile;
  private final Instant now;

  TokenAnswerReader(Provider provider, Instant now) {
    this.provider = provider;
    this.profile = provider.requireToken();
    this.now = now;
  }

  /** Reads the answer and wipes its body. */
  TokenOutcome read(OutboundResponse response) {
    int status = response.status();
    try (var body = response.body()) {
      if (status >= 300 && status < 400) {
        return new TokenOutcome.Malformed("redirect", status, List.of());
      }
      try (JsonAnswer answer = JsonAnswer.read(body)) {
        return outcome(response, answer, body.length());
      } catch (MalformedAnswerException malformed) {
        return isTransient(status)
            ? comeBack("temporarily_unavailable", response)
            : new TokenOutcome.Malformed(isHtml(response) ? "html" : malformed.reason(), status, List.of());
      }
    }
  }

  private TokenOutcome outcome(OutboundResponse response, JsonAnswer answer, int length) {
    int status = response.status();
    Optional<String> providerCode = answer.leaf(profile.error().codePointer()).filter(leaf -> leaf.kind() == Kind.STRING)
        .map(leaf -> leaf.text().expose());
    String success = profile.error().successPointer();
    boolean failed = status >= 400 || providerCode.isPresent() || (success != null && !answer.isTrue(success));
    if (failed) {
      List<TokenGrant> received = received(answer);
      return received.isEmpty()
          ? failure(RegisteredErrors.reduce(providerCode.orElse(null), profile.error().codes()), response)
          : new TokenOutcome.Malformed("error_with_token", status, received);
    }
    try {
      if (length > LARGEST) {
        throw new MalformedAnswerException("too_large");
      }
      if (answer.duplicateKeys()) {
        throw new MalformedAnswerException("duplicate_keys");
      }
      if (isHtml(response)) {
        throw new MalformedAnswerException("html");
      }
      return new TokenOutcome.Granted(grant(answer));
    } catch (MalformedAnswerException malformed) {
      return new TokenOutcome.Malformed(malformed.reason(), status, received(answer));
    }
  }

  private TokenOutcome failure(String code, OutboundResponse response) {
    int status = response.status();
    if (isTransient(status) || code.equals("temporarily_unavailable") || code.equals("slow_down")
        || code.equals("server_error")) {
      return comeBack(code, response);
    }
    return code.equals("invalid_client") || code.equals("unauthorized_client")
        ? new TokenOutcome.Misconfigured(code, status)
        : new TokenOutcome.Refused(code, status);
  }

  private TokenOutcome comeBack(String code, OutboundResponse response) {
    return new TokenOutcome.Transient(code, response.status(),
        response.header("retry-after").flatMap(value -> RetryAfter.parse(value, now)));
  }

  static boolean isTransient(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }

  private static boolean isHtml(OutboundResponse response) {
    return response.header("content-type").filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/html")).isPresent();
  }

  private TokenGrant grant(JsonAnswer answer) throws MalformedAnswerException {
    TokenProfile.Answer where = profile.answer();
    Leaf access = answer.leaf(where.accessTokenPointer()).orElseThrow(() -> new MalformedAnswerException("no_access_token"));
    Optional<Leaf> refresh = answer.leaf(where.refreshTokenPointer());
    requireToken(access);
    if (refresh.isPresent()) {
      requireToken(refresh.get());
    }
    String type = tokenType(answer.leaf(where.tokenTypePointer()));
    Duration lifetime = lifetime(answer.leaf(where.expiresPointer()), profile.longestLifetime());
    Duration refreshLifetime = where.refreshExpiresPointer() == null
        ? null
        : lifetime(answer.leaf(where.refreshExpiresPointer()), LONGEST_REFRESH_LIFETIME);
    List<String> scopes = scopes(answer, where);
    return new TokenGrant(copy(access), refresh.map(TokenAnswerReader::copy).orElse(null), type,
        lifetime == null ? profile.defaultLifetime() : lifetime, refreshLifetime, scopes, facts(answer));
  }

  /** Visible ASCII (RFC 6749 appendix A.12 and A.17), so that it fits into a header. */
  private static void requireToken(Leaf leaf) throws MalformedAnswerException {
    if (leaf.kind() != Kind.STRING || !isToken(leaf.text())) {
      throw new MalformedAnswerException("wrong_type");
    }
  }

  private static boolean isToken(SecretText text) {
    if (text.length() == 0 || text.length() > LONGEST_TOKEN) {
      return false;
    }
    for (byte b : text.exposeUtf8()) {
      if (b < 0x21 || b > 0x7E) {
        return false;
      }
    }
    return true;
  }

  private String tokenType(Optional<Leaf> leaf) throws MalformedAnswerException {
    List<String> accepted = profile.answer().tokenTypes();
    String type = accepted.getFirst();
    if (leaf.isPresent()) {
      type = leaf.get().text().expose().toLowerCase(Locale.ROOT);
      if (leaf.get().kind() != Kind.STRING || !accepted.contains(type)) {
        throw new MalformedAnswerException("token_type");
      }
    }
    return type.equals("bearer") ? "Bearer" : type;
  }

  private @Nullable Duration lifetime(Optional<Leaf> leaf, Duration longest) throws MalformedAnswerException {
    if (leaf.isEmpty()) {
      return null;
    }
    String text = leaf.get().text().expose();
    Duration lifetime;
    try {
      lifetime = switch (profile.answer().expiryForm()) {
        case SECONDS -> Duration.ofSeconds(whole(leaf.get(), text));
        case MILLISECONDS -> Duration.ofMillis(whole(leaf.get(), text));
        case EPOCH_SECONDS -> Duration.between(now, Instant.ofEpochSecond(whole(leaf.get(), text)));
        case INSTANT -> Duration.between(now, Instant.parse(text));
      };
    } catch (java.time.DateTimeException | ArithmeticException outOfRange) {
      throw new MalformedAnswerException("expires_in");
    }
    if (!lifetime.isPositive() || lifetime.compareTo(longest) > 0) {
      throw new MalformedAnswerException("expires_in");
    }
    return lifetime;
  }

  private static long whole(Leaf leaf, String text) throws MalformedAnswerException {
    if ((leaf.kind() != Kind.NUMBER && leaf.kind() != Kind.STRING) || !text.matches("[0-9]{1,15}")) {
      throw new MalformedAnswerException("expires_in");
    }
    return Long.parseLong(text);
  }

  private static @Nullable List<String> scopes(JsonAnswer answer, TokenProfile.Answer where) throws MalformedAnswerException {
    Optional<Leaf> leaf = answer.leaf(where.scopePointer());
    if (leaf.isEmpty()) {
      return null;
    }
    List<String> scopes = new ArrayList<>();
    if (leaf.get().kind() == Kind.STRING) {
      for (String scope : leaf.get().text().expose().split(java.util.regex.Pattern.quote(where.scopeSeparator()), -1)) {
        if (!scope.isBlank()) {
          scopes.add(scope.strip());
        }
      }
    } else if (leaf.get().kind() == Kind.ARRAY) {
      for (int i = 0; answer.leaf(where.scopePointer() + "/" + i).isPresent(); i++) {
        scopes.add(answer.text(where.scopePointer() + "/" + i).orElseThrow(() -> new MalformedAnswerException("scope")));
      }
    } else {
      throw new MalformedAnswerException("scope");
    }
    if (scopes.size() > MOST_SCOPES || scopes.stream().anyMatch(scope -> !scope.matches("[\\x21-\\x7E]{1,256}"))) {
      throw new MalformedAnswerException("scope");
    }
    return scopes;
  }

  private Map<String, String> facts(JsonAnswer answer) {
    List<String> pointers = new ArrayList<>();
    AccountProfile account = provider.account();
    if (account != null && account.endpoint() == null) {
      pointers.addAll(account.identifierPointers());
      pointers.addAll(account.labelPointers());
    }
    String apiBase = profile.answer().apiBasePointer();
    if (apiBase != null) {
      pointers.add(apiBase);
    }
    Map<String, String> facts = new HashMap<>();
    for (String pointer : pointers) {
      answer.text(pointer).ifPresent(text -> facts.put(pointer, text));
    }
    return facts;
  }

  /** Every token that can be read from a refused answer: each was issued and is owed a revocation. */
  private List<TokenGrant> received(JsonAnswer answer) {
    List<SecretText> accesses = tokens(answer, profile.answer().accessTokenPointer());
    List<SecretText> refreshes = tokens(answer, profile.answer().refreshTokenPointer());
    List<TokenGrant> grants = new ArrayList<>();
    for (int i = 0; i < Math.max(accesses.size(), refreshes.size()); i++) {
      SecretText refresh = i < refreshes.size() ? refreshes.get(i) : null;
      SecretText access = i < accesses.size() ? accesses.get(i) : SecretText.of("");
      grants.add(new TokenGrant(access, refresh, "Bearer", null, null, null, Map.of()));
    }
    return grants;
  }

  private static List<SecretText> tokens(JsonAnswer answer, String pointer) {
    return answer.all(pointer).stream().filter(leaf -> leaf.kind() == Kind.STRING && isToken(leaf.text()))
        .map(TokenAnswerReader::copy)
        .distinct().toList();
  }

  private static SecretText copy(Leaf leaf) {
    byte[] utf8 = leaf.text().exposeUtf8();
    return SecretText.copyOf(utf8, 0, utf8.length);
  }
}
