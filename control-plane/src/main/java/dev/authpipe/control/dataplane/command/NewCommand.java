package dev.authpipe.control.dataplane.command;

import java.util.regex.Pattern;

import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/**
 * A command that somebody wants issued.
 *
 * @param kind   {@code probe}, {@code disconnect}, {@code revoke_all}, {@code rotate}, {@code erase} or {@code delete_workspace}
 * @param target connection, integration or random id of an end user, as the kind wants; left out: the whole workspace
 */
@Introspected
record NewCommand(String kind, @Nullable String target) {
  private static final Pattern RANDOM_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** The kind, if it is one that this route issues and the target fits it. */
  @SuppressWarnings({"ConstantConditions", "NullAway"}) // the body may leave out what it must not
  Command.Kind check(boolean aboutOneConnection) {
    Command.Kind known = kind == null ? null : Command.Kind.of(kind).orElse(null);
    boolean one = known == Command.Kind.PROBE || known == Command.Kind.DISCONNECT;
    if (known == null || one != aboutOneConnection) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "kind is " + (aboutOneConnection ? "probe or disconnect." : "revoke_all, rotate, erase or delete_workspace."));
    }
    boolean fits = switch (known) {
      case PROBE, DISCONNECT -> parses(() -> ConnectionId.parse(text()));
      case REVOKE_ALL -> text().isEmpty() || parses(() -> IntegrationId.parse(text()));
      case ERASE -> RANDOM_ID.matcher(text()).matches();
      case ROTATE, DELETE_WORKSPACE -> text().isEmpty();
    };
    if (!fits) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "target is not what this kind of command is about.");
    }
    return known;
  }

  String text() {
    return target == null ? "" : target;
  }

  private static boolean parses(Runnable parser) {
    try {
      parser.run();
      return true;
    } catch (IllegalArgumentException other) {
      return false;
    }
  }
}
