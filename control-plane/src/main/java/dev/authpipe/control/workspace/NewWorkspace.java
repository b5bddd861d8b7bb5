package dev.authpipe.control.workspace;

import java.util.regex.Pattern;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;

/**
 * What somebody asks for who wants a workspace.
 *
 * @param name        unique short name, {@code [a-z0-9][a-z0-9-]*}, at most 63 characters
 * @param displayName how people call it; without it: the name
 * @param region      where its proxies are; without it: the first region
 * @param plan        name of its plan; without it: the usual one
 */
@Introspected
record NewWorkspace(String name, @Nullable String displayName, @Nullable String region, @Nullable String plan) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** Checks the names; the body may leave out what it must not. */
  @SuppressWarnings({"ConstantConditions", "NullAway"})
  void check() {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "name is 1 to 63 characters of a-z, 0-9 and -, and begins with no -.");
    }
    checkDisplayName(displayName);
  }

  static void checkDisplayName(@Nullable String name) {
    if (name != null && (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl))) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "display_name is 1 to 100 characters on one line.");
    }
  }
}
