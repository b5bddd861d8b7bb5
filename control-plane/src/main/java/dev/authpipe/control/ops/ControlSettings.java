package dev.authpipe.control.ops;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.StoreSettings;
import dev.authpipe.control.egress.OutboundSettings;
import dev.authpipe.control.http.LinkListener;
import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.http.ListenerTls;
import dev.authpipe.control.mail.MailSettings;
import dev.authpipe.control.member.PeopleSettings;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.control.workspace.WorkspaceSettings;

/**
 * Everything that one settings file says about the control plane. Must never be printed as a whole, though its secrets are masked.
 *
 * @param development   migrates the store at start, accepts PostgreSQL without TLS and secret files that everybody may read
 * @param listeners     where it listens
 * @param store         its store, as the application role
 * @param owner         the owner role, for migrations only
 * @param ownerPassword its password; null where the control plane only runs
 * @param workspaces    what may be made
 * @param people        how people sign in
 * @param mail          how mail leaves
 * @param outbound      where the control plane may connect to
 * @param sealingKey    seals the command key and enrolment codes; null: the link is not set up
 * @param log           how lines are written
 * @param drain         how long requests under way may take to finish at the end
 */
record ControlSettings(boolean development, ListenerSettings listeners, StoreSettings store, String owner,
    @Nullable SecretText ownerPassword, WorkspaceSettings workspaces, PeopleSettings people, MailSettings mail,
    OutboundSettings outbound, @Nullable SecretText sealingKey, Log log, Duration drain) {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9}) ?(ms|s|min|h)");
  private static final Pattern JDBC = Pattern.compile("jdbc:postgresql://(?!.*[?&](user|password|sslpassword)=)[^@]+");
  private static final Map<String, Duration> UNITS = Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "min",
      Duration.ofMinutes(1), "h", Duration.ofHours(1));

  /**
   * The log.
   *
   * @param level error, warn, info, debug or trace; no level logs a secret
   * @param json  one JSON object a line
   */
  record Log(String level, boolean json) {}

  /**
   * Reads and checks a file.
   *
   * @throws StartupException with one sentence
   */
  static ControlSettings read(Path file, Map<String, String> environment) {
    SettingsFile settings = SettingsFile.read(file, environment);
    boolean development = settings.get("mode", "production or development", "production",
        oneOf("production", "development")).equals("development");
    ListenerSettings listeners = listeners(settings, development);
    SecretText sealing = settings.secret("link.sealing_key", development).map(Supplier::get).orElse(null);
    if ((sealing == null) != (listeners.linkKey() == null)) {
      throw new StartupException("link: key_store, key_store_password and sealing_key belong together");
    }
    StoreSettings store = store(settings, development);
    ControlSettings read = new ControlSettings(development, listeners, store,
        settings.get("store.owner", "a role", "control_owner", Function.identity()),
        settings.secret("store.owner_password", development).map(Supplier::get).orElse(null), workspaces(settings),
        PeopleSection.people(settings, development), PeopleSection.mail(settings, development),
        PeopleSection.outbound(settings, development), sealing,
        new Log(settings.get("log.level", "one of error, warn, info, debug, trace", "info",
            oneOf("error", "warn", "info", "debug", "trace")),
            settings.get("log.format", "plain or json", "plain", oneOf("plain", "json")).equals("json")),
        settings.get("shutdown.drain", "an amount of time with its unit", Duration.ofSeconds(30), ControlSettings::duration));
    settings.finish();
    return read;
  }

  private static ListenerSettings listeners(SettingsFile settings, boolean development) {
    ListenerSettings.Address dashboard = address(settings, "dashboard", 8500);
    ListenerSettings.Address link = address(settings, "link", 8501);
    ListenerSettings.Address management = address(settings, "management", 8502);
    ListenerTls tls = tls(settings, development);
    URI publicUrl = settings.get("listeners.dashboard.public_url", "an origin",
        URI.create((tls != null ? "https" : "http") + "://" + dashboard.host() + ":" + dashboard.port()), URI::create);
    try {
      return new ListenerSettings(dashboard, link, linkKey(settings, development), management, publicUrl, tls,
          settings.list("listeners.trusted_proxies"));
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("listeners: " + wrong.getMessage(), wrong);
    }
  }

  /** Null: there is no certificate. */
  private static @Nullable ListenerTls tls(SettingsFile settings, boolean development) {
    Path keyStore = settings.path("listeners.tls.key_store").orElse(null);
    Supplier<SecretText> password = settings.secret("listeners.tls.key_store_password", development).orElse(null);
    Path chain = settings.path("listeners.tls.certificate").orElse(null);
    Supplier<SecretText> key = settings.secret("listeners.tls.private_key", development).orElse(null);
    Duration look = settings.get("listeners.tls.reload_interval", "an amount of time with its unit", Duration.ofSeconds(5),
        ControlSettings::duration);
    if ((keyStore == null) != (password == null)) {
      throw new StartupException("listeners.tls: key_store and key_store_password belong together");
    }
    if ((chain == null) != (key == null)) {
      throw new StartupException("listeners.tls: certificate and private_key belong together");
    }
    if (keyStore != null && chain != null) {
      throw new StartupException("listeners.tls: the certificate is in a key_store or in PEM files, not in both");
    }
    if (keyStore != null && password != null) {
      return new ListenerTls(keyStore, false, password, look);
    }
    return chain == null || key == null ? null : new ListenerTls(chain, true, key, look);
  }

  private static ListenerSettings.@Nullable LinkKey linkKey(SettingsFile settings, boolean development) {
    Path keyStore = settings.path("link.key_store").orElse(null);
    SecretText secret = settings.secret("link.key_store_password", development).map(Supplier::get).orElse(null);
    if (keyStore == null || secret == null) {
      if (keyStore != null || secret != null) {
        throw new StartupException("link: key_store, key_store_password and sealing_key belong together");
      }
      return null;
    }
    ListenerSettings.LinkKey key = new ListenerSettings.LinkKey(keyStore, secret);
    try {
      LinkListener.verify(key);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("link: " + wrong.getMessage(), wrong);
    }
    return key;
  }

  private static ListenerSettings.Address address(SettingsFile settings, String name, int port) {
    return new ListenerSettings.Address(
        settings.get("listeners." + name + ".host", "an address", "127.0.0.1", Function.identity()),
        settings.get("listeners." + name + ".port", "a port from 1 to 65535", port, integer(1, 65535)));
  }

  private static StoreSettings store(SettingsFile settings, boolean development) {
    String url = settings.need("store.url", "a JDBC URL of PostgreSQL without credentials", matching(JDBC));
    String direct = settings.find("store.notification_url", "a JDBC URL of PostgreSQL without credentials", matching(JDBC))
        .orElse(null);
    if (!development) {
      verified("store.url", url);
      if (direct != null) {
        verified("store.notification_url", direct);
      }
    }
    return new StoreSettings(url, direct,
        settings.get("store.user", "a role", "control_app", Function.identity()),
        settings.secret("store.password", development).orElse(null),
        settings.get("store.pool_size", "a whole number from 1 to 500", 20, integer(1, 500)),
        settings.get("store.wait", "an amount of time with its unit", Duration.ofSeconds(2), ControlSettings::duration),
        settings.get("store.statement_timeout", "an amount of time with its unit", Duration.ofSeconds(10),
            ControlSettings::duration));
  }

  /** As the driver reads it: of a parameter that stands there twice the last one counts. */
  private static void verified(String key, String url) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : url.substring(url.indexOf('?') + 1).split("&", -1)) {
      parameters.put(pair.replaceFirst("=.*", ""), pair.substring(pair.indexOf('=') + 1));
    }
    if (!"verify-full".equals(parameters.get("sslmode")) || !parameters.containsKey("sslcert")
        || !parameters.containsKey("sslkey")) {
      throw new StartupException(key + " must contain sslmode=verify-full, sslcert and sslkey outside mode: development (S90)");
    }
    for (String weakening : List.of("sslfactory", "sslhostnameverifier", "socketFactory")) {
      if (parameters.containsKey(weakening)) {
        throw new StartupException(key + " must not contain " + weakening + " outside mode: development (S90)");
      }
    }
  }

  private static WorkspaceSettings workspaces(SettingsFile settings) {
    List<String> regions = settings.list("workspaces.regions");
    Pattern name = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    if (!regions.stream().allMatch(region -> name.matcher(region).matches())) {
      throw new StartupException("workspaces.regions: a region is 1 to 32 characters of a-z, 0-9 and -");
    }
    return new WorkspaceSettings(regions.isEmpty() ? List.of("default") : regions,
        settings.get("workspaces.plan", "the name of a plan", "team", Function.identity()));
  }

  private static Function<String, String> oneOf(String... words) {
    return matching(Pattern.compile(String.join("|", words)));
  }

  private static Function<String, String> matching(Pattern form) {
    return text -> {
      if (!form.matcher(text).matches()) {
        throw new IllegalArgumentException("another form");
      }
      return text;
    };
  }

  static Function<String, Integer> integer(int least, int most) {
    return text -> {
      int value = Integer.parseInt(text);
      if (value < least || value > most) {
        throw new IllegalArgumentException("beyond the limits");
      }
      return value;
    };
  }

  private static Duration duration(String text) {
    Matcher amount = AMOUNT.matcher(text);
    Duration unit = amount.matches() ? UNITS.get(amount.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("a number and one of ms, s, min, h");
    }
    return unit.multipliedBy(Long.parseLong(amount.group(1)));
  }
}
