package dev.authpipe.control.ops;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.egress.OutboundSettings;
import dev.authpipe.control.mail.MailSettings;
import dev.authpipe.control.mail.MailSettings.Protection;
import dev.authpipe.control.member.PeopleSettings;
import dev.authpipe.control.member.oidc.OidcSettings;
import dev.authpipe.control.member.password.PasswordCost;
import dev.authpipe.control.secret.SecretText;

/** Reads what the settings say about people, sign-in and mail. Outside development nothing of it may be makeshift. */
final class PeopleSection {
  private static final int LEAST_MEMORY = 19_456;

  private PeopleSection() {}

  static PeopleSettings people(SettingsFile settings, boolean development) {
    SecretText factorKey = settings.secret("people.factor_key", development).map(Supplier::get).orElse(null);
    if (factorKey == null && !development) {
      throw new StartupException("people.factor_key is missing; make one with: authpipe control-plane new-factor-key");
    }
    PasswordCost usual = PasswordCost.USUAL;
    PasswordCost cost = new PasswordCost(
        settings.get("people.password_memory_kib", "a whole number of KiB, at least 19456", usual.memoryKib(),
            ControlSettings.integer(development ? 64 : LEAST_MEMORY, 1024 * 1024)),
        settings.get("people.password_iterations", "a whole number from 1 to 16", usual.iterations(),
            ControlSettings.integer(development ? 1 : usual.iterations(), 16)),
        usual.lanes());
    return new PeopleSettings(factorKey, cost, oidc(settings, development));
  }

  private static @Nullable OidcSettings oidc(SettingsFile settings, boolean development) {
    Optional<URI> issuer = settings.find("sign_in.oidc.issuer", "an https address without query and without a slash at its end",
        text -> issuer(text, development));
    Optional<String> clientId = settings.find("sign_in.oidc.client_id", "one line of text", Function.identity());
    Supplier<SecretText> clientSecret = settings.secret("sign_in.oidc.client_secret", development).orElse(null);
    String name = settings.get("sign_in.oidc.name", "one line of text", "Single sign-on", Function.identity());
    if (issuer.isPresent() != clientId.isPresent()) {
      throw new StartupException("sign_in.oidc: issuer and client_id belong together");
    }
    return issuer.isEmpty() || clientId.isEmpty() ? null : new OidcSettings(name, issuer.get(), clientId.get(), clientSecret);
  }

  private static URI issuer(String text, boolean development) {
    URI issuer = URI.create(text);
    boolean https = "https".equals(issuer.getScheme()) || (development && "http".equals(issuer.getScheme()));
    if (!https || issuer.getHost() == null || issuer.getRawQuery() != null || issuer.getRawFragment() != null
        || text.endsWith("/")) {
      throw new IllegalArgumentException("not an issuer");
    }
    return issuer;
  }

  static OutboundSettings outbound(SettingsFile settings, boolean development) {
    return new OutboundSettings(Set.copyOf(settings.list("sign_in.private_hosts")), development);
  }

  static MailSettings mail(SettingsFile settings, boolean development) {
    Optional<String> host = settings.find("mail.smtp.host", "a host name", Function.identity());
    int port = settings.get("mail.smtp.port", "a port from 1 to 65535", 587, ControlSettings.integer(1, 65535));
    Protection protection = settings.get("mail.smtp.protection",
        development ? "starttls, tls or none" : "starttls or tls", Protection.STARTTLS, text -> protection(text, development));
    Optional<String> user = settings.find("mail.smtp.user", "one line of text", Function.identity());
    Supplier<SecretText> password = settings.secret("mail.smtp.password", development).orElse(null);
    String from = settings.get("mail.from", "a mail address", "authpipe@localhost", Function.identity());
    if (host.isEmpty() && !development) {
      throw new StartupException("mail.smtp.host is missing; without mail nobody can be invited or get a code");
    }
    if (user.isPresent() != (password != null)) {
      throw new StartupException("mail.smtp: user and password belong together");
    }
    return new MailSettings(from,
        host.isEmpty() ? null : new MailSettings.Smtp(host.get(), port, protection, user.orElse(null), password));
  }

  private static Protection protection(String text, boolean development) {
    Protection found = switch (text) {
      case "starttls" -> Protection.STARTTLS;
      case "tls" -> Protection.TLS;
      case "none" -> Protection.NONE;
      default -> throw new IllegalArgumentException("another word");
    };
    if (found == Protection.NONE && !development) {
      throw new IllegalArgumentException("only for development");
    }
    return found;
  }
}
