package dev.authpipe.proxy.ops;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.backup.BackupSettings;
import dev.authpipe.proxy.catalog.ConfigurationException;
import dev.authpipe.proxy.catalog.YamlFile;
import dev.authpipe.proxy.catalog.YamlSection;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.http.ServerTls;
import dev.authpipe.wire.WorkspaceId;

/**
 * What one settings file says: deployment settings and, unread yet, its workspaces. Never starts anything.
 *
 * @param file   the settings file
 * @param root   its content
 * @param values its deployment settings
 */
record Deployment(Path file, YamlSection root, SettingValues values) {
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.0\\.0\\.1|\\[?::1]?");

  /**
   * Reads the settings; the workspaces are the catalog's to read.
   *
   * @throws ConfigurationException with file, line and what is wrong
   */
  static Deployment read(Path file, Map<String, String> environment) {
    Path absolute = file.toAbsolutePath().normalize();
    YamlSection root = YamlFile.read(absolute);
    Path directory = absolute.getParent();
    if (directory == null) {
      throw new ConfigurationException(file + ": is not a file");
    }
    return new Deployment(absolute, root, SettingValues.read(root, environment, directory));
  }

  /**
   * Checks what no single setting can tell.
   *
   * @throws StartupException with one sentence
   */
  void check() {
    refuseUnknownKeys();
    checkControlPlane();
    checkListeners();
    checkKeys();
    if (!values.isDevelopment()) {
      Stores.all(values).forEach((place, of) -> {
        checkStore(place, of, Settings.VAULT);
        checkStore(place, of, Settings.CLIENT_SECRETS);
      });
    }
    if (values.get(Settings.VAULT.url).equals(values.get(Settings.CLIENT_SECRETS.url))) {
      throw new StartupException("stores.vault.url and stores.client_secrets.url must be two databases");
    }
    Set<String> databases = new HashSet<>();
    Stores.all(values).forEach((place, of) -> {
      if (!databases.add(of.get(Settings.VAULT.url)) || !databases.add(of.get(Settings.CLIENT_SECRETS.url))) {
        throw new StartupException(Stores.where(place) + "its databases must be its own");
      }
    });
  }

  /** First of all, since a misspelt key also leaves a setting without its value, and that would be told as the cause. */
  private void refuseUnknownKeys() {
    root.has("workspaces");
    root.finish();
  }

  /** Whether workspaces come from a control plane and not from the file. */
  boolean isLinked() {
    return values.find(Settings.CONTROL_PLANE_URL).isPresent();
  }

  private void checkControlPlane() {
    URI address = values.find(Settings.CONTROL_PLANE_URL).orElse(null);
    if (address == null) {
      return;
    }
    if (root.has("workspaces")) {
      throw new StartupException(
          "workspaces come from one place: take either workspaces or control_plane.url out of the settings file");
    }
    if (!(address.getRawPath() == null || address.getRawPath().isEmpty()) || address.getRawQuery() != null) {
      throw new StartupException("control_plane.url is an origin, without a path or a slash at its end");
    }
    if (values.get(Settings.REGIONS).isEmpty()) {
      throw new StartupException("control_plane.regions is needed: without a region no workspace can come into force");
    }
  }

  private void checkKeys() {
    Map<String, KekDefinition> keks = values.find(Settings.KEKS)
        .orElseThrow(() -> new StartupException("no KEK is defined; add keys.keks, each name with its kind"));
    String second = values.get(Settings.CLIENT_SECRETS_KEK);
    for (Setting<String> name : List.of(Settings.VAULT_KEK, Settings.NEXT_VAULT_KEK, Settings.CLIENT_SECRETS_KEK)) {
      values.find(name).filter(kek -> !keks.containsKey(kek)).ifPresent(kek -> {
        throw new StartupException(name.key() + " names the KEK " + kek + ", which keys.keks does not define"
            + YamlSection.nearest(kek, keks.keySet()).map(near -> "; did you mean " + near + "?").orElse(""));
      });
      if (!name.equals(Settings.CLIENT_SECRETS_KEK) && values.find(name).filter(second::equals).isPresent()) {
        throw new StartupException(name.key() + " and keys.client_secrets must be two KEKs");
      }
    }
    checkBackupKeks(keks);
    keks.forEach((name, kek) -> {
      if (kek instanceof KekDefinition.Local local && !values.isDevelopment() && !local.outsideDevelopment()) {
        throw new StartupException(
            "the KEK " + name + " is a file, which is for development: whoever copies it and the database has"
                + " everything; give it a kind, or say outside_development: true");
      }
    });
  }

  private void checkBackupKeks(Map<String, KekDefinition> keks) {
    List<BackupSettings.Source> backups = ProxyBeans.backups(values).sources();
    for (BackupSettings.Source source : backups) {
      if (!keks.containsKey(source.kek())) {
        throw new StartupException("the backups of " + source.word() + " are to be under the KEK " + source.kek()
            + ", which keys.keks does not define");
      }
    }
    if (backups.stream().anyMatch(one -> backups.stream()
        .anyMatch(other -> !one.store().equals(other.store()) && one.kek().equals(other.kek())))) {
      throw new StartupException("backups of the vault and of the client secrets must be under two KEKs");
    }
  }

  /** Opens the KEKs and asks none; whoever gets them closes them. */
  OpenKeks openKeks() {
    return new OpenKeks(ProxyBeans.keks(values, ProxyBeans.envelope(values)));
  }

  /**
   * Checks that the KEKs that are needed work, by a round trip.
   *
   * @throws StartupException with one sentence
   */
  void check(OpenKeks keks) {
    EnvelopeSettings settings = ProxyBeans.envelope(values);
    for (String name : List.of(settings.operatorKek(), settings.clientSecretsKek())) {
      checkKek(values, keks.registry(), name).ifPresent(sentence -> {
        throw new StartupException(sentence);
      });
    }
  }

  /** What is wrong with a KEK, in one sentence, found out by a round trip. */
  static Optional<String> checkKek(SettingValues values, KekRegistry registry, String name) {
    return checkKek(values, registry, name, null);
  }

  /** The same for a workspace. */
  static Optional<String> checkKek(SettingValues values, KekRegistry registry, String name, @Nullable WorkspaceId workspace) {
    KekDefinition kek = values.get(Settings.KEKS).get(name);
    try {
      registry.check(name, values.get(Settings.DEPLOYMENT), workspace);
      return Optional.empty();
    } catch (KekRefusedException refused) {
      return Optional.of("the KEK " + name + " refuses: " + (kek instanceof KekDefinition.Local
          ? "its file is missing, not a key file, or readable by others"
          : reason(refused.reason())));
    } catch (KekOutageException | IntegrityException failure) {
      return Optional.of("the KEK " + name + " failed its round trip: " + failure.getMessage());
    }
  }

  /** A refusal in words. */
  static String reason(KekRefusedException.Reason reason) {
    return switch (reason) {
      case DENIED -> "access is denied";
      case DISABLED -> "the key is disabled";
      case PENDING_DELETION -> "the key is scheduled for deletion";
      case NOT_FOUND -> "there is no such key";
      case NO_CREDENTIALS -> "the proxy has no valid credentials for it";
    };
  }

  private void checkListeners() {
    if (values.find(Settings.KEY_STORE).isPresent() != values.find(Settings.KEY_STORE_PASSWORD).isPresent()) {
      throw new StartupException("listeners.tls: key_store and key_store_password belong together");
    }
    if (values.find(Settings.CERTIFICATE).isPresent() != values.find(Settings.PRIVATE_KEY).isPresent()) {
      throw new StartupException("listeners.tls: certificate and private_key belong together");
    }
    if (values.find(Settings.CERTIFICATE).isPresent() && values.find(Settings.KEY_STORE).isPresent()) {
      throw new StartupException("listeners.tls: the certificate is in a key_store or in PEM files, not in both");
    }
    try {
      ProxyBeans.listeners(values);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("listeners: " + wrong.getMessage(), wrong);
    }
    URI address = values.find(Settings.PUBLIC_URL).orElse(null);
    if (address != null && !(address.getRawPath() == null || address.getRawPath().isEmpty())) {
      throw new StartupException("listeners.connect.public_url is an origin, without a path or a slash at its end");
    }
    if (address != null && "http".equals(address.getScheme()) && !LOOPBACK.matcher(address.getHost()).matches()) {
      throw new StartupException("listeners.connect.public_url must begin with https:// unless it is on loopback");
    }
  }

  private static void checkStore(String place, SettingValues of, Settings.StoreKeys keys) {
    for (Setting<String> setting : List.of(keys.url, keys.notificationUrl)) {
      of.find(setting).flatMap(url -> StoreAddress.of(url).fault()).ifPresent(fault -> {
        throw new StartupException(Stores.where(place) + setting.key() + " " + fault + " outside mode: development (S90)");
      });
    }
  }

  /**
   * Reads the certificate of the listeners with its key, if there is one.
   *
   * @throws StartupException with one sentence
   */
  Optional<X509Certificate> certificate() {
    try {
      return Optional.ofNullable(ProxyBeans.listeners(values).tls()).map(ServerTls::verify);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("listeners.tls: " + wrong.getMessage(), wrong);
    }
  }

  /** Whether the API and connect listeners speak TLS. */
  boolean isSecure() {
    return values.find(Settings.KEY_STORE).isPresent() || values.find(Settings.CERTIFICATE).isPresent();
  }

  /** The origin under which browsers reach the connect listener. */
  URI publicUrl() {
    return values.find(Settings.PUBLIC_URL)
        .orElseGet(() -> URI.create((isSecure() ? "https" : "http") + "://"
            + values.get(Settings.CONNECT_HOST) + ":" + values.get(Settings.CONNECT_PORT)));
  }
}
