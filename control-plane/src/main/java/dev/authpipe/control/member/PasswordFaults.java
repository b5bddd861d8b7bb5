package dev.authpipe.control.member;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.FaultMeaning;
import dev.authpipe.control.member.password.PasswordsBusyException;

/** Says that too many passwords at a time are our overload, not the caller's mistake. */
@Singleton
final class PasswordFaults implements FaultMeaning {
  @Override
  public Optional<ErrorCode> of(Throwable fault) {
    return fault instanceof PasswordsBusyException ? Optional.of(ErrorCode.OVERLOADED) : Optional.empty();
  }
}
