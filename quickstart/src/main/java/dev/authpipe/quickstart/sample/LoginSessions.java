package dev.authpipe.quickstart.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All login sessions, by the hash of their cookie. The cookie's value itself is kept nowhere but in the browser. */
final class LoginSessions {

  static final String COOKIE_NAME = "tasklight_session";
  /** Longer than all the time that a person may let pass. */
  static final Duration LIFETIME = Duration.ofHours(24);

  private static final int MOST = 1_000;
  private static final int COOKIE_BYTES = 32;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, LoginSession> byHash = new LinkedHashMap<>();

  LoginSessions(Clock clock) {
    this.clock = clock;
  }

  /** Signs somebody in under a fresh cookie, so that a cookie planted before is worth nothing. */
  synchronized String open(Person person) {
    byHash.values().removeIf(each -> !each.endsAt().isAfter(clock.instant()));
    while (byHash.size() >= MOST) {
      byHash.remove(byHash.keySet().iterator().next());
    }
    byte[] bytes = new byte[COOKIE_BYTES];
    random.nextBytes(bytes);
    String cookieValue = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byHash.put(hash(cookieValue), new LoginSession(person, clock.instant().plus(LIFETIME)));
    return cookieValue;
  }

  synchronized Optional<LoginSession> find(String cookieValue) {
    return Optional.ofNullable(byHash.get(hash(cookieValue)))
        .filter(session -> session.endsAt().isAfter(clock.instant()));
  }

  synchronized void close(String cookieValue) {
    byHash.remove(hash(cookieValue));
  }

  private static String hash(String cookieValue) {
    try {
      return HexFormat.of().formatHex(
          MessageDigest.getInstance("SHA-256").digest(cookieValue.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
