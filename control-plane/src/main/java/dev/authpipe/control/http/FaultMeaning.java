package dev.authpipe.control.http;

import java.util.Optional;

/**
 * Gives an exception that nobody in a request could act on its error code; rooms that http does not know are spoken for by such a bean.
 * Must never look at a message.
 */
@FunctionalInterface
public interface FaultMeaning {

  /** The code, or empty when the exception is unknown here. */
  Optional<ErrorCode> of(Throwable fault);
}
