package dev.authpipe.control.member;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.inject.Singleton;

import dev.authpipe.control.secret.SecretText;

/** Puts what became of a sign-in into an answer and its cookies. The secrets stand in cookies only. */
@Singleton
final class SignInAnswers {
  private final SessionCookies cookies;

  SignInAnswers(SessionCookies cookies) {
    this.cookies = cookies;
  }

  /**
   * How far somebody came.
   *
   * @param status {@code signed_in}, {@code second_factor} or {@code verify_address}
   */
  @Introspected
  @Schema(name = "SignInStatus")
  record Status(String status) {}

  MutableHttpResponse<Status> answer(SignInOutcome outcome) {
    return with(HttpResponse.ok(new Status(word(outcome))), outcome);
  }

  HttpResponse<Status> signedIn(SecretText secret) {
    return answer(new SignInOutcome.SignedIn(secret))
        .cookie(cookies.cleared(SessionCookies.Kind.SECOND_STEP));
  }

  /** Adds the cookies. */
  <T> MutableHttpResponse<T> with(MutableHttpResponse<T> response, SignInOutcome outcome) {
    return switch (outcome) {
      case SignInOutcome.SignedIn done -> response.cookie(cookies.make(SessionCookies.Kind.SESSION, done.secret()));
      case SignInOutcome.SecondStepAwaited awaited ->
        response.cookie(cookies.make(SessionCookies.Kind.SECOND_STEP, awaited.secret()));
    };
  }

  /** The session has another id from now on. */
  <T> HttpResponse<T> renewed(MutableHttpResponse<T> response, SecretText secret) {
    return response.cookie(cookies.make(SessionCookies.Kind.SESSION, secret));
  }

  private static String word(SignInOutcome outcome) {
    return switch (outcome) {
      case SignInOutcome.SignedIn _ -> "signed_in";
      case SignInOutcome.SecondStepAwaited _ -> "second_factor";
    };
  }
}
