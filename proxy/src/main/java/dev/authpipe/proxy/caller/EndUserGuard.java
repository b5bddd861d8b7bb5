package dev.authpipe.proxy.caller;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/**
 * The guard against mixed-up ids in the application (S32): a caller that names an end user, or must, gets only that person's connections.
 * Never compares anything but the whole identifier.
 */
public final class EndUserGuard {
  /** What the guard says. */
  public enum Outcome {
    /** Go on. */
    ALLOWED,
    /** The key must name the end user and did not: 403 {@code end_user_required}. */
    NOT_NAMED,
    /** The connection is somebody else's: 404, like an unknown id. */
    OTHER_PERSON
  }

  /** The header that names an end user. */
  public static final String HEADER = "Authpipe-End-User";

  private EndUserGuard() {}

  /** Whether a text can be a customer's identifier of an end user: 1 to 256 characters of which each is stored as it is. */
  public static boolean isIdentifier(@Nullable String text) {
    return text != null && !text.isBlank() && text.length() <= 256
        && text.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }

  /**
   * The end user that a request names, in the header or in the query; null: none. Which of two should count nobody can know, so two are
   * refused.
   *
   * @param headers values of {@link #HEADER} as received, which are UTF-8
   * @param queries decoded values of {@code end_user}
   */
  public static @Nullable String named(List<String> headers, List<String> queries) {
    if (headers.isEmpty() && queries.isEmpty()) {
      return null;
    }
    Set<String> named = new HashSet<>(queries);
    headers.forEach(value -> named.add(new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
    if (named.size() > 1) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "Name one end user.");
    }
    if (named.stream().anyMatch(text -> text.chars().anyMatch(Character::isISOControl))) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "An end user's id has no control character.");
    }
    return named.isEmpty() ? null : named.iterator().next();
  }

  /**
   * Compares the named end user with the connection's.
   *
   * @param named   from {@code Authpipe-End-User} or {@code end_user}; null: not named
   * @param endUser the customer's identifier of the connection's end user, from the sealed record
   */
  public static Outcome check(Caller caller, @Nullable CharSequence named, String endUser) {
    if (named == null) {
      return caller.requireEndUser() ? Outcome.NOT_NAMED : Outcome.ALLOWED;
    }
    return endUser.contentEquals(named) ? Outcome.ALLOWED : Outcome.OTHER_PERSON;
  }
}
