package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.caller.ApiKeyRequest;
import dev.authpipe.proxy.caller.ApiKeyView;
import dev.authpipe.proxy.caller.ApiKeys;
import dev.authpipe.proxy.caller.NewApiKey;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.ValueType;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.http.ClientCertificate;
import dev.authpipe.proxy.http.ListenerTls;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IntegrationId;

/** {@code authpipe api-key}: makes, lists and revokes API keys. A key is shown once, when it is made. */
@Command(name = "api-key", description = "Make, list and revoke API keys.")
final class ApiKeyCommand {
  private final Console console;

  @Mixin
  CommonOptions common = new CommonOptions();

  ApiKeyCommand(Console console) {
    this.console = console;
  }

  @Command(name = "create", description = "Make an API key and show it once.")
  int create(@Mixin CommonOptions options,
      @Option(names = "--workspace", paramLabel = "NAME", description = "Needed when there are several.") @Nullable String workspace,
      @Option(names = "--name", required = true, description = "What people call it.") String name,
      @Option(names = "--scope", required = true, split = ",", paramLabel = "SCOPE", description = "connect, connections:read, connections:write, tokens:read, proxy, refresh, subjects:erase, audit:read, config:write, incident.") List<String> scopes,
      @Option(names = "--integration", split = ",", paramLabel = "SLUG", description = "Only these; without it all.") @Nullable List<String> integrations,
      @Option(names = "--ip-range", split = ",", paramLabel = "CIDR", description = "Only from these; without it any.") @Nullable List<String> ranges,
      @Option(names = "--certificate", split = ",", paramLabel = "FILE", description = "Only with one of these client certificates (PEM), which the API listener must ask for: listeners.tls.client_certificates.") @Nullable List<Path> certificates,
      @Option(names = "--require-end-user", description = "The caller must name the end user of each connection.") boolean requireEndUser,
      @Option(names = "--calls-per-minute", paramLabel = "N") @Nullable Integer perMinute,
      @Option(names = "--calls-per-month", paramLabel = "N") @Nullable Long perMonth,
      @Option(names = "--expires-in", paramLabel = "TIME", description = "For instance \"90 d\".") @Nullable String expiresIn) {
    Set<Scope> granted = scopes.stream().map(this::scope).collect(Collectors.toCollection(LinkedHashSet::new));
    try (OperatorSession session = OperatorSession.open(options.file(), "api-key.create")) {
      Workspace in = session.workspace(workspace);
      Instant expiry = expiresIn == null
          ? null
          : session.get(Clock.class).instant()
              .plus(ValueType.duration(Duration.ofMinutes(1), Duration.ofDays(3650)).parse(expiresIn));
      ApiKeyRequest request = new ApiKeyRequest(name, granted, integrations(session, in, integrations),
          ranges == null ? List.of() : ranges, thumbprints(certificates), requireEndUser, perMinute, perMonth, expiry);
      NewApiKey made = session.get(ApiKeys.class).create(in.id(), request, AuditActor.operator());
      Map<String, Object> shown = shown(made.view());
      shown.put("api_key", made.apiKey().expose());
      console.result(options.json, shown, List.of(made.apiKey().expose()));
      if (!options.json) {
        console.note("API key " + made.view().id() + " of workspace " + in.name() + "; it is not shown again.");
      }
      if (!made.view().certificates().isEmpty() && Deployment.read(options.file(), System.getenv()).values()
          .get(Settings.CLIENT_CERTIFICATES) == ListenerTls.ClientCertificates.NONE) {
        console.note("No caller can prove a certificate yet: set listeners.tls.client_certificates to optional or required.");
      }
      return 0;
    }
  }

  @Command(name = "list", description = "List API keys, never the keys themselves.")
  int list(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace) {
    try (OperatorSession session = OperatorSession.open(options.file(), "api-key.list")) {
      List<ApiKeyView> keys = session.get(ApiKeys.class).list(session.workspace(workspace).id());
      List<String> lines = new ArrayList<>();
      for (ApiKeyView key : keys) {
        lines.add(key.id() + "  " + state(key) + "  " + key.name() + "  "
            + words(key.scopes()) + (key.certificates().isEmpty() ? "" : "  with a client certificate"));
      }
      console.result(options.json, Map.of("data", keys.stream().map(ApiKeyCommand::shown).toList()), lines);
      return 0;
    }
  }

  @Command(name = "revoke", description = "Revoke an API key on all replicas.")
  int revoke(@Mixin CommonOptions options, @Option(names = "--workspace", paramLabel = "NAME") @Nullable String workspace,
      @Parameters(paramLabel = "KEY_ID", description = "key_…") String keyId) {
    ApiKeyId id;
    try {
      id = ApiKeyId.parse(keyId);
    } catch (IllegalArgumentException wrong) {
      throw new StartupException("an id of an API key begins with key_; the key itself is never given here", wrong);
    }
    try (OperatorSession session = OperatorSession.open(options.file(), "api-key.revoke")) {
      if (!session.get(ApiKeys.class).revoke(session.workspace(workspace).id(), id, AuditActor.operator())) {
        throw new StartupException("the workspace has no API key " + id);
      }
      console.result(options.json, Map.of("id", id.toString(), "revoked", true), List.of("revoked " + id));
      return 0;
    }
  }

  /** Each file's first certificate, which is that of the caller where the file holds its chain. */
  private static List<String> thumbprints(@Nullable List<Path> files) {
    List<String> thumbprints = new ArrayList<>();
    for (Path file : files == null ? List.<Path>of() : files) {
      try (InputStream pem = Files.newInputStream(file)) {
        thumbprints.add(ClientCertificate.thumbprint(CertificateFactory.getInstance("X.509").generateCertificate(pem)));
      } catch (IOException | CertificateException unreadable) {
        throw new StartupException(file + " holds no certificate in PEM", unreadable);
      }
    }
    return thumbprints;
  }

  private Scope scope(String word) {
    return Scope.of(word)
        .orElseThrow(() -> new StartupException("no scope is called so; there are: " + words(Set.of(Scope.values()))));
  }

  private static Set<IntegrationId> integrations(OperatorSession session, Workspace workspace, @Nullable List<String> slugs) {
    Set<IntegrationId> ids = new LinkedHashSet<>();
    for (String slug : slugs == null ? List.<String>of() : slugs) {
      ids.add(session.get(Configuration.class).integration(workspace.id(), slug).map(Integration::id)
          .orElseThrow(() -> new StartupException("workspace " + workspace.name() + " has no integration " + slug)));
    }
    return ids;
  }

  private static Map<String, Object> shown(ApiKeyView key) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", key.id().toString());
    shown.put("name", key.name());
    shown.put("scopes", key.scopes().stream().map(Scope::word).sorted().toList());
    shown.put("integrations", key.integrations().stream().map(IntegrationId::toString).sorted().toList());
    shown.put("ip_ranges", key.ipRanges());
    shown.put("certificates", key.certificates());
    shown.put("require_end_user", key.requireEndUser());
    shown.put("intact", key.intact());
    shown.put("created_at", key.createdAt().toString());
    shown.put("expires_at", key.expiresAt() == null ? null : key.expiresAt().toString());
    shown.put("revoked_at", key.revokedAt() == null ? null : key.revokedAt().toString());
    return shown;
  }

  private static String state(ApiKeyView key) {
    if (!key.intact()) {
      return "altered";
    }
    return key.revokedAt() == null ? "active " : "revoked";
  }

  private static String words(Set<Scope> scopes) {
    return scopes.stream().map(Scope::word).sorted().collect(Collectors.joining(","));
  }
}
