package dev.authpipe.control.ops;

import java.util.ArrayList;
import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.ApplicationContext;

import dev.authpipe.control.dataplane.CommandKey;
import dev.authpipe.control.egress.Outbound;
import dev.authpipe.control.mail.MailSettings;
import dev.authpipe.control.mail.Postbox;
import dev.authpipe.control.member.FactorExamination;
import dev.authpipe.control.member.oidc.OidcClient;
import dev.authpipe.control.member.oidc.OidcException;
import dev.authpipe.control.member.oidc.OidcSettings;

/** Looks whether keys fit what is in the store, and whether the servers that people need can be reached. Sends no letter, signs nobody in. */
final class InsideExamination {
  private final ControlSettings settings;
  private final ApplicationContext context;
  private final List<Finding> findings = new ArrayList<>();

  InsideExamination(ControlSettings settings, ApplicationContext context) {
    this.settings = settings;
    this.context = context;
    link();
    factor();
    mail();
    OidcSettings oidc = settings.people().oidc();
    if (oidc != null) {
      oidc(oidc);
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  private void link() {
    if (settings.sealingKey() == null) {
      findings.add(Finding.weak("link keys",
          "the link is not set up: no proxy can connect; set link.key_store, key_store_password and sealing_key"));
      return;
    }
    try {
      findings.add(Finding.ok("link keys", context.getBean(CommandKey.class).opens()
          ? "they can be read, and link.sealing_key opens the command key in the store"
          : "they can be read; no command key was made yet"));
    } catch (IllegalStateException sealed) {
      findings.add(Finding.failed("link keys",
          "link.sealing_key does not open the command key in the store; put back the one that it was sealed with"));
    }
  }

  private void factor() {
    if (settings.people().factorKey() == null) {
      findings.add(Finding.weak("factor key",
          "none: authenticator apps stop working at the next start; run: authpipe control-plane new-factor-key"));
      return;
    }
    try {
      findings.add(Finding.ok("factor key", context.getBean(FactorExamination.class).opens()
          ? "it can be read and opens a second factor in the store"
          : "it can be read; nobody has a second factor yet"));
    } catch (IllegalStateException sealed) {
      findings.add(Finding.failed("factor key",
          "people.factor_key does not open the second factors in the store; put back the one that they were sealed with"));
    }
  }

  private void mail() {
    MailSettings.Smtp smtp = settings.mail().smtp();
    if (smtp == null) {
      findings.add(Finding.weak("mail", "no server: letters with their codes are printed to the log; set mail.smtp.host"));
      return;
    }
    String server = smtp.host() + ":" + smtp.port();
    findings.add(context.getBean(Postbox.class).trouble().map(kind -> Finding.failed("mail", switch (kind) {
      case "AuthenticationFailedException" -> server + " refuses mail.smtp.user with this password; correct them";
      case "MailConnectException" -> server + " cannot be reached; look at mail.smtp.host, port and the way there";
      default ->
        server + " answers, but not as " + protection(smtp) + " (" + kind + "); look at mail.smtp.protection and its certificate";
    })).orElseGet(() -> Finding.ok("mail", server + " takes our connection")));
  }

  private static String protection(MailSettings.Smtp smtp) {
    return switch (smtp.protection()) {
      case STARTTLS -> "a mail server with STARTTLS";
      case TLS -> "a mail server with TLS";
      case NONE -> "a mail server";
    };
  }

  private void oidc(OidcSettings oidc) {
    try {
      new OidcClient(oidc, settings.listeners().publicUrl(), context.getBean(Outbound.class), Ticker.systemTicker()).reach();
      findings.add(Finding.ok("single sign-on", oidc.issuer() + " describes itself and its keys; register "
          + settings.listeners().publicUrl() + OidcSettings.CALLBACK + " there"));
    } catch (OidcException unavailable) {
      findings.add(Finding.failed("single sign-on", oidc.issuer()
          + " does not describe itself by this name and with its keys; look at sign_in.oidc.issuer, and whether it needs sign_in.private_hosts"));
    }
  }
}
