package com.example.tasks;

import java.security.Principal;

import org.springframework.http.MediaType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.EndUserId;

/** The one page: whether an account is connected, and what can be done. Its forms carry Spring's CSRF token. */
@RestController
class HomeController {
  private static final String PAGE = """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>Task list</title>
      <style>
        :root { color-scheme: light dark }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }
        button { font: inherit; padding: .4rem 1rem; margin: .5rem 0 }
      </style>
      <h1>Task list</h1>
      <p>You are signed in as <b>%s</b>.</p>
      %s
      """;
  private static final String CONNECTED = """
      <p>Your account <b>%s</b> is connected.</p>
      <ul>
        <li><a href="/issues">Your issues</a>, through the proxy</li>
        <li><a href="/profile">Your profile</a>, with an access token</li>
      </ul>
      %s
      """;
  private static final String FORM = """
      <form method="post" action="/%s"><input type="hidden" name="%s" value="%s"><button>%s</button></form>
      """;

  private final Accounts accounts;

  HomeController(Accounts accounts) {
    this.accounts = accounts;
  }

  @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
  String home(Principal user, CsrfToken csrf) {
    String actions = accounts.of(new EndUserId(user.getName())).map(mine -> connected(mine, csrf))
        .orElseGet(() -> "<p>No account is connected.</p>\n" + form("connect", "Connect an account", csrf));
    return PAGE.formatted(HtmlUtils.htmlEscape(user.getName()), actions);
  }

  private static String connected(Connection mine, CsrfToken csrf) {
    String account = mine.account() == null ? mine.provider() : mine.account();
    return CONNECTED.formatted(HtmlUtils.htmlEscape(account), form("disconnect", "Disconnect", csrf));
  }

  private static String form(String action, String name, CsrfToken csrf) {
    return FORM.formatted(action, HtmlUtils.htmlEscape(csrf.getParameterName()), HtmlUtils.htmlEscape(csrf.getToken()), name);
  }
}
