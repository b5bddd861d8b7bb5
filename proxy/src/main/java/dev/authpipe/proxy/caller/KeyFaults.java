package dev.authpipe.proxy.caller;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.FaultMeaning;

/** Speaks for the envelope's exceptions, which no request can act on. Never looks at a message. */
@Singleton
final class KeyFaults implements FaultMeaning {
  @Override
  public Optional<ErrorCode> of(Throwable fault) {
    return switch (fault) {
      case KeyUnavailableException _ -> Optional.of(ErrorCode.KEY_UNAVAILABLE);
      case IntegrityException _ -> Optional.of(ErrorCode.INTEGRITY_ERROR);
      default -> Optional.empty();
    };
  }
}
