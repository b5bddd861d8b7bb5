package com.example.tasks;

import java.net.URI;
import java.security.Principal;

import jakarta.servlet.http.HttpSession;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.FinishCode;

/** Connecting an account, in two requests of the signed-in user's browser, and disconnecting it. */
@RestController
class ConnectController {
  private static final URI HOME = URI.create("/");

  private final Authpipe authpipe;
  private final Accounts accounts;
  private final String integration;
  private final URI returnUrl;

  ConnectController(Authpipe authpipe, Accounts accounts, @Value("${authpipe.integration}") String integration,
      @Value("${authpipe.return-url}") URI returnUrl) {
    this.authpipe = authpipe;
    this.accounts = accounts;
    this.integration = integration;
    this.returnUrl = returnUrl;
  }

  @PostMapping("/connect")
  ResponseEntity<Void> connect(Principal user, HttpSession session) {
    ConnectSession started = authpipe.connectSessions().start(new LoginSession(user, session),
        ConnectRequest.returningTo(returnUrl).integration(integration).build());
    return seeOther(started.connectUrl().reveal());
  }

  @GetMapping(path = "/connected", params = "finish_code")
  ResponseEntity<Void> connected(Principal user, HttpSession session, @RequestParam("session_id") String connectSession,
      @RequestParam("finish_code") String finishCode) {
    authpipe.connectSessions()
        .finish(new LoginSession(user, session), new ConnectSessionId(connectSession), new FinishCode(finishCode));
    return seeOther(HOME);
  }

  /** The person went back from the connect page instead. */
  @GetMapping(path = "/connected", params = "!finish_code")
  ResponseEntity<Void> notConnected() {
    return seeOther(HOME);
  }

  @PostMapping("/disconnect")
  ResponseEntity<Void> disconnect(Principal user) {
    EndUserId person = new EndUserId(user.getName());
    accounts.of(person).ifPresent(mine -> authpipe.connections().ofEndUser(person).disconnect(mine.id()));
    return seeOther(HOME);
  }

  private static ResponseEntity<Void> seeOther(URI address) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER).location(address).build();
  }
}
