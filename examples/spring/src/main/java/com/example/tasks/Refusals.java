package com.example.tasks;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;

/** What the person reads when the proxy refuses: whoever has to connect (again) is told so, and nobody an internal. */
@RestControllerAdvice
class Refusals {
  @ExceptionHandler
  ResponseEntity<String> notConnected(ClientAuthorizationRequiredException required) {
    return answer(HttpStatus.CONFLICT, "connect " + required.getClientRegistrationId() + " first");
  }

  @ExceptionHandler
  ResponseEntity<String> noAccessToken(ClientAuthorizationException refusal) {
    return answer(HttpStatus.BAD_GATEWAY, refusal.getError().getErrorCode());
  }

  @ExceptionHandler
  ResponseEntity<String> refused(AuthpipeException refusal) {
    if (refusal instanceof ConnectionUnusableException) {
      return answer(HttpStatus.CONFLICT, "connect again");
    }
    return refusal.code().equals(ErrorCode.NOT_THIS_USERS_SESSION)
        ? answer(HttpStatus.BAD_REQUEST, "this was not begun here: connect from the task list")
        : answer(HttpStatus.BAD_GATEWAY, refusal.code().value());
  }

  private static ResponseEntity<String> answer(HttpStatus status, String words) {
    return ResponseEntity.status(status).body(words);
  }
}
