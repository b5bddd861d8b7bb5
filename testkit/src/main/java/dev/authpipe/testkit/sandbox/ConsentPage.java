package dev.authpipe.testkit.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

import dev.authpipe.testkit.http.Answer;

/** The sandbox provider's pages: the question for consent, and the refusal of a request. Plain HTML, no script. */
final class ConsentPage {

  private static final String STYLE = """
      :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
      body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: light-dark(#eef1f6, #14171c) }
      main { box-sizing: border-box; width: min(30rem, calc(100vw - 2rem)); padding: 2rem; border-radius: 1rem; background: light-dark(#fff, #1f242c) }
      main { box-shadow: 0 1rem 3rem rgb(0 0 0 / .12) }
      h1 { font-size: 1.25rem; margin: .5rem 0 1rem }
      .badge { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: light-dark(#5b6472, #9aa5b5) }
      ul { padding-left: 1.2rem }
      fieldset { border: 0; padding: 0; margin: 1.25rem 0 }
      legend { padding: 0; font-weight: 600; margin-bottom: .25rem }
      label { display: block; padding: .25rem 0 }
      .choice { display: flex; gap: .75rem }
      button { flex: 1; padding: .7rem; font: inherit; color: inherit; background: none; border-radius: .6rem; border: 1px solid light-dark(#c5ccd6, #48515f); cursor: pointer }
      button[value=allow] { background: #1f6feb; border-color: #1f6feb; color: #fff }
      """;

  private ConsentPage() {}

  static Answer question(String id, AuthorizationRequest request, List<Account> accounts) {
    var client = escape(request.client().displayName());
    var scopes = request.scopes().isEmpty()
        ? "<li>your name and address</li>"
        : request.scopes().stream().map(scope -> "<li>" + escape(scope) + "</li>").collect(Collectors.joining());
    var checked = " checked";
    var choices = new StringBuilder();
    for (var account : accounts) {
      choices.append("<label><input type=\"radio\" name=\"account\" value=\"").append(escape(account.id())).append('"')
          .append(checked).append("> ")
          .append(escape(account.displayName())).append(" (").append(escape(account.email())).append(")</label>");
      checked = "";
    }
    return page("Sandbox provider", """
        <p class="badge">Sandbox provider</p>
        <h1>%s asks for access to your account</h1>
        <p>It will be able to use:</p>
        <ul>%s</ul>
        <form method="post" action="%s">
        <input type="hidden" name="request" value="%s">
        <fieldset><legend>Continue as</legend>%s</fieldset>
        <div class="choice">
        <button name="decision" value="deny">Deny</button>
        <button name="decision" value="allow">Allow</button>
        </div>
        </form>
        """.formatted(client, scopes, Endpoints.DECISION, id, choices), 200);
  }

  static Answer refusal(OAuthRefusal refusal) {
    return page("Sandbox provider: refused", """
        <p class="badge">Sandbox provider</p>
        <h1>This request cannot be answered</h1>
        <p>%s (<code>%s</code>)</p>
        """.formatted(escape(String.valueOf(refusal.getMessage())), escape(refusal.error())), 400);
  }

  static Answer style() {
    return Answer.of(200).with("Content-Type", "text/css;charset=utf-8")
        .body(STYLE.getBytes(StandardCharsets.UTF_8));
  }

  private static Answer page(String title, String content, int status) {
    // No form-action: browsers apply it to the redirects after the form too, and those lead to the client's own site.
    return Answer.html(status, """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title><link rel="stylesheet" href="%s"></head>
        <body><main>
        %s</main></body></html>
        """.formatted(title, Endpoints.STYLE, content)).with("Content-Security-Policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'").with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer").with("X-Content-Type-Options", "nosniff");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
