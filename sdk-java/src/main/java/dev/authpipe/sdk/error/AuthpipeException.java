package dev.authpipe.sdk.error;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A call to the proxy that did not do what was asked. Which subtype it is says who must act; {@link #code()} says what is
 * wrong. Its message never contains a credential, an API key or a provider's text.
 */
public abstract sealed class AuthpipeException extends RuntimeException
    permits RequestRejectedException,
    KeyRejectedException,
    NotFoundException,
    ConflictException,
    ConnectionUnusableException,
    LimitedException,
    ProviderUnavailableException,
    ProxyUnavailableException,
    UnexpectedAnswerException,
    NoAnswerException {

  private static final long serialVersionUID = 1L;

  /** What the answer said. */
  private final Problem problem;

  AuthpipeException(Problem problem, @Nullable Throwable cause) {
    super(problem.message(), cause);
    this.problem = problem;
  }

  /**
   * The exception for a refusal, chosen by its status alone, so that codes this version does not know end in the right
   * place too.
   *
   * @param problem what the answer said
   * @return the exception to throw
   */
  public static AuthpipeException of(Problem problem) {
    return switch (problem.status()) {
      case 400, 405, 406, 408, 413, 414, 415, 422, 431 -> new RequestRejectedException(problem);
      case 401, 403 -> new KeyRejectedException(problem);
      case 404 -> new NotFoundException(problem);
      case 409 -> new ConflictException(problem);
      case 424 -> new ConnectionUnusableException(problem);
      case 429 -> new LimitedException(problem);
      case 502, 504 -> new ProviderUnavailableException(problem);
      case 500, 503 -> new ProxyUnavailableException(problem);
      default -> new UnexpectedAnswerException(problem, null);
    };
  }

  /**
   * HTTP status of the answer.
   *
   * @return the status; 0 when there was no answer
   */
  public int status() {
    return problem.status();
  }

  /**
   * What is wrong, in one stable word.
   *
   * @return the code, also one that this version does not know
   */
  public ErrorCode code() {
    return problem.code();
  }

  /**
   * The proxy's id of the request.
   *
   * @return the id; empty when there was no answer or it named none
   */
  public Optional<String> requestId() {
    return Optional.ofNullable(problem.requestId());
  }

  /**
   * How long the proxy asks to wait.
   *
   * @return the wait; empty when the answer did not say
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(problem.retryAfter());
  }

  /**
   * Everything the answer said.
   *
   * @return the problem
   */
  public Problem problem() {
    return problem;
  }
}
