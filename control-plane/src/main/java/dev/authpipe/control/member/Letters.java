package dev.authpipe.control.member;

import java.net.URI;

import jakarta.inject.Singleton;

import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.mail.Letter;
import dev.authpipe.control.secret.SecretText;

/**
 * Writes the letters. Their links carry the code in the fragment, which browsers send to no server. Never names anybody but the reader.
 */
@Singleton
final class Letters {
  private final URI publicUrl;

  Letters(ListenerSettings listeners) {
    this.publicUrl = listeners.publicUrl();
  }

  /** Where an invitation is accepted. */
  URI invitationLink(SecretText code) {
    return link("sign-up", code);
  }

  Letter invitation(EmailAddress to, SecretText code) {
    return letter(to, "You are invited to Authpipe",
        "Somebody invited you to a workspace. The link works once and for seven days:",
        invitationLink(code), "If you do not expect this, ignore it.");
  }

  Letter verification(EmailAddress to, SecretText code) {
    return letter(to, "Verify your address",
        "To verify this address, open the link and enter your password. It works for 24 hours:",
        link("verify", code), "If you did not register, ignore this; without your password nothing happens.");
  }

  Letter reset(EmailAddress to, SecretText code) {
    return letter(to, "Set a new password", "To set a new password, open the link. It works once and for one hour:",
        link("reset", code), "If you did not ask for this, ignore it; your password stays as it is.");
  }

  Letter changeOfOld(EmailAddress to, SecretText code) {
    return letter(to, "Your address is to change", "Enter this code to leave this address, together with the one sent to the new "
        + "address. It works for 24 hours:", link("email/old", code), "If you did not ask for this, change your password.");
  }

  Letter changeOfNew(EmailAddress to, SecretText code) {
    return letter(to, "Verify your new address", "Enter this code to use this address, together with the one sent to the old "
        + "address. It works for 24 hours:", link("email/new", code), "If you did not ask for this, ignore it.");
  }

  /** Tells somebody that their password changed, for the case that it was not they. */
  Letter passwordChanged(EmailAddress to) {
    return new Letter(to.text(), "Your password was changed",
        "Your password was changed and your other sessions ended.\n\nIf it was not you, ask for a reset code at once:\n\n  "
            + publicUrl + "/#/reset\n");
  }

  private static Letter letter(EmailAddress to, String subject, String before, URI link, String after) {
    return new Letter(to.text(), subject, before + "\n\n  " + link + "\n\n" + after + "\n");
  }

  private URI link(String page, SecretText code) {
    return URI.create(publicUrl + "/#/" + page + "/" + code.expose());
  }
}
