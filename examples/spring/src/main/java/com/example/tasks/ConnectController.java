package com.example.tasks;

import java.net.URI;
import java.security.Principal;

import jakarta.servlet.http.HttpSession;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.FinishCode;

/** Connecting an account: two requests of the signed-in user's browser. */
@RestController
class ConnectController {
  private final Authpipe authpipe;
  private final String integration;

  ConnectController(Authpipe authpipe, @Value("${authpipe.integration}") String integration) {
    this.authpipe = authpipe;
    this.integration = integration;
  }

  @PostMapping("/connect")
  ResponseEntity<Void> connect(Principal user, HttpSession session) {
    ConnectSession started = authpipe.connectSessions().start(new LoginSession(user, session),
        ConnectRequest.returningTo(URI.create("http://127.0.0.1:8600/connected")).integration(integration).build());
    return ResponseEntity.status(HttpStatus.SEE_OTHER).location(started.connectUrl().reveal()).build();
  }

  @GetMapping("/connected")
  String connected(Principal user, HttpSession session, @RequestParam("session_id") String connectSession,
      @RequestParam("finish_code") String finishCode) {
    return "connected as " + authpipe.connectSessions()
        .finish(new LoginSession(user, session), new ConnectSessionId(connectSession), new FinishCode(finishCode)).account();
  }

  /** Whoever has to connect first is told so. */
  @RestControllerAdvice
  static class NotConnected {
    @ExceptionHandler
    ResponseEntity<String> notConnected(ClientAuthorizationRequiredException required) {
      return ResponseEntity.status(HttpStatus.CONFLICT).body("connect " + required.getClientRegistrationId() + " first");
    }
  }
}
