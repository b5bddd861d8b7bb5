package dev.authpipe.control.mail;

import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.function.Supplier;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import dev.authpipe.control.secret.SecretText;

/** Hands letters to an SMTP server, one connection each, with deadlines. Never accepts a server whose certificate does not hold. */
final class SmtpCarrier implements Carrier {
  private static final String MILLIS = "10000";

  private final MailSettings.Smtp smtp;
  private final String from;
  private final Session session;

  SmtpCarrier(MailSettings.Smtp smtp, String from) {
    this.smtp = smtp;
    this.from = from;
    Properties properties = new Properties();
    String protocol = smtp.protection() == MailSettings.Protection.TLS ? "smtps" : "smtp";
    String prefix = "mail." + protocol + ".";
    properties.setProperty("mail.transport.protocol", protocol);
    properties.setProperty(prefix + "connectiontimeout", MILLIS);
    properties.setProperty(prefix + "timeout", MILLIS);
    properties.setProperty(prefix + "writetimeout", MILLIS);
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    properties.setProperty(prefix + "ssl.protocols", "TLSv1.3 TLSv1.2");
    if (smtp.protection() == MailSettings.Protection.STARTTLS) {
      properties.setProperty(prefix + "starttls.enable", "true");
      properties.setProperty(prefix + "starttls.required", "true");
    }
    this.session = Session.getInstance(properties);
  }

  @Override
  public void carry(Letter letter) {
    try {
      MimeMessage message = new MimeMessage(session);
      message.setFrom(new InternetAddress(from, true));
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
      message.setSubject(letter.subject(), StandardCharsets.UTF_8.name());
      message.setText(letter.text(), StandardCharsets.UTF_8.name());
      message.setHeader("Auto-Submitted", "auto-generated");
      message.saveChanges();
      try (Transport transport = session.getTransport()) {
        connect(transport);
        transport.sendMessage(message, message.getAllRecipients());
      }
    } catch (MessagingException failure) {
      throw new MailException(failure.getClass().getSimpleName());
    }
  }

  @Override
  public void check() {
    try (Transport transport = session.getTransport()) {
      connect(transport);
    } catch (MessagingException failure) {
      throw new MailException(failure.getClass().getSimpleName());
    }
  }

  private void connect(Transport transport) throws MessagingException {
    Supplier<SecretText> password = smtp.password();
    transport.connect(smtp.host(), smtp.port(), smtp.user(), password == null ? null : password.get().expose());
  }
}
