package dev.authpipe.control.member;

import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.secret.SecretText;

/** Checks of what bodies of this room hold. Never repeats a value. */
final class Fields {
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_CODE = 64;

  private Fields() {}

  static EmailAddress email(@Nullable String text) {
    return Optional.ofNullable(text).flatMap(EmailAddress::of).orElseThrow(() -> wrong("email is a mail address."));
  }

  static SecretText password(@Nullable SecretText password, String name) {
    if (password == null || password.length() == 0) {
      throw wrong(name + " is missing.");
    }
    return password;
  }

  static SecretText code(@Nullable SecretText code, String name) {
    if (code == null || code.length() == 0 || code.length() > LONGEST_CODE) {
      throw wrong(name + " is a code of at most 64 characters.");
    }
    return code;
  }

  static String displayName(@Nullable String name) {
    if (name == null || !isName(name)) {
      throw wrong("display_name is 1 to 100 characters on one line.");
    }
    return name;
  }

  static boolean isName(String name) {
    return !name.isBlank() && name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
  }

  static Role role(@Nullable String word) {
    return Optional.ofNullable(word).flatMap(Role::of)
        .orElseThrow(() -> wrong("role is owner, admin, developer, support or viewer."));
  }

  /** An id of the path; one that cannot be is unknown. */
  static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException other) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }

  private static ProblemException wrong(String detail) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, detail);
  }
}
