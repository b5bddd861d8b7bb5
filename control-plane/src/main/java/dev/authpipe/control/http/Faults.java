package dev.authpipe.control.http;

import java.io.EOFException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.control.db.StoreUnavailableException;

/**
 * Turns unexpected exceptions into an error code and a log entry. The entry has types and places but never a message: drivers and parsers
 * put values into theirs (S62).
 */
@Singleton
public final class Faults {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
  private static final int FRAMES = 12;

  private final List<FaultMeaning> meanings;

  /** @param meanings what rooms say about their exceptions */
  public Faults(Collection<FaultMeaning> meanings) {
    this.meanings = List.copyOf(meanings);
  }

  /** The code of a fault; one that nobody expected is logged and becomes {@code internal_error}. */
  public ErrorCode code(Throwable fault, String requestId) {
    if (fault instanceof ProblemException problem) {
      return problem.code();
    }
    if (fault instanceof StoreUnavailableException) {
      return ErrorCode.STORE_UNAVAILABLE;
    }
    Optional<ErrorCode> known = meanings.stream().flatMap(meaning -> meaning.of(fault).stream()).findFirst();
    if (known.isEmpty() && fault instanceof EOFException) {
      LOG.debug("the caller left, request={}", requestId);
    } else if (known.isEmpty()) {
      LOG.error("internal_error request={} {}", requestId, trace(fault));
    }
    return known.orElse(ErrorCode.INTERNAL_ERROR);
  }

  static String trace(Throwable fault) {
    return Stream.iterate(fault, cause -> cause != null, Throwable::getCause).limit(5)
        .map(cause -> cause.getClass().getName() + Stream
            .of(cause.getStackTrace()).limit(FRAMES).map(StackTraceElement::toString)
            .collect(Collectors.joining(" < ", " at ", "")))
        .collect(Collectors.joining("; caused by "));
  }
}
