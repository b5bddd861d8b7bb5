package dev.authpipe.control.dataplane;

import java.util.List;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;

/**
 * What somebody asks for who wants a data plane.
 *
 * @param name    how people call it, 1 to 100 characters on one line
 * @param regions the regions that it may serve; without them: that of the workspace
 */
@Introspected
record NewDataPlane(String name, @Nullable List<String> regions) {
  /** Checks the name; the body may leave out what it must not. */
  @SuppressWarnings({"ConstantConditions", "NullAway"})
  void check() {
    if (name == null || name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "name is 1 to 100 characters on one line.");
    }
    if (regions != null && (regions.size() > 100 || regions.stream().anyMatch(region -> region == null))) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "regions are at most 100 names.");
    }
  }
}
