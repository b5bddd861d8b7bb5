package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.ProviderParameter.SetBy;
import dev.authpipe.proxy.catalog.WorkspaceDraft.IntegrationDraft;
import dev.authpipe.proxy.catalog.WorkspaceDraft.WebhookDraft;

/** Reads the {@code workspaces} of a configuration. Never touches a store; never reads a secret. */
final class WorkspacesReader {
  private static final int MOST = 1000;
  private static final int MOST_WEBHOOKS = 20;
  /** How long the client secret before is tried as well. */
  private static final ValueType<Duration> KEEP_OLD = ValueType.duration(Duration.ZERO, Duration.ofDays(30));
  private static final Duration LONGEST_RETENTION = Duration.ofDays(30);
  private static final ValueType<URI> RETURN_URL = ValueType.address("https", "http").map(
      "an exact https:// address (http:// on loopback) without wildcard, user name or fragment", WorkspacesReader::returnUrl);

  private static final ValueType<EventType> EVENT = ValueType.TEXT_LINE.map(
      "one of " + String.join(", ", Arrays.stream(EventType.values()).map(EventType::word).toList()),
      text -> EventType.of(text).orElseThrow(() -> new IllegalArgumentException("no such event")));
  private static final ValueType<URI> WEBHOOK_URL = ValueType.address("https", "http")
      .map("an https:// address, at most 2048 characters", WorkspacesReader::webhookUrl);

  private final Catalog catalog;
  private final String usualKek;
  private final Set<String> keks;

  /**
   * @param usualKek the KEK of workspaces that name none
   * @param keks     all defined KEKs
   */
  WorkspacesReader(Catalog catalog, String usualKek, Set<String> keks) {
    this.catalog = catalog;
    this.usualKek = usualKek;
    this.keks = Set.copyOf(keks);
  }

  List<WorkspaceDraft> read(YamlSection root) {
    List<WorkspaceDraft> drafts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlSection section : root.sections("workspaces")) {
      WorkspaceDraft draft = workspace(section);
      if (!names.add(draft.name())) {
        throw section.wrong("name", "two workspaces have this name");
      }
      drafts.add(draft);
    }
    if (drafts.size() > MOST) {
      throw root.wrong("workspaces", "there are more than " + MOST);
    }
    return drafts;
  }

  private WorkspaceDraft workspace(YamlSection s) {
    String name = s.required("name", ValueType.SLUG);
    String kek = s.value("kek", ValueType.TEXT_LINE, usualKek);
    if (!keks.contains(kek)) {
      throw s.wrong("kek",
          "no KEK has this name" + YamlSection.nearest(kek, keks).map(k -> "; did you mean " + k + "?").orElse(""));
    }
    List<IntegrationDraft> integrations = new ArrayList<>();
    Set<String> slugs = new HashSet<>();
    for (YamlSection section : s.sections("integrations")) {
      IntegrationDraft draft = integration(section, name);
      if (!slugs.add(draft.slug())) {
        throw section.wrong("slug", "two integrations of this workspace have this slug");
      }
      integrations.add(draft);
    }
    if (integrations.size() > MOST) {
      throw s.wrong("integrations", "there are more than " + MOST);
    }
    return new WorkspaceDraft(name, kek, s.value("strict_audit", ValueType.BOOLEAN, Boolean.FALSE),
        s.value("retention", ValueType.duration(Duration.ZERO, LONGEST_RETENTION), LONGEST_RETENTION), integrations, webhooks(s),
        null);
  }

  private static List<WebhookDraft> webhooks(YamlSection s) {
    List<WebhookDraft> drafts = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlSection section : s.sections("webhooks")) {
      List<EventType> events = section.list("events", EVENT);
      WebhookDraft draft = new WebhookDraft(section.required("name", ValueType.SLUG), section.required("url", WEBHOOK_URL),
          events.isEmpty() ? EnumSet.allOf(EventType.class) : Set.copyOf(events), null);
      if (!names.add(draft.name())) {
        throw section.wrong("name", "two webhooks of this workspace have this name");
      }
      drafts.add(draft);
    }
    if (drafts.size() > MOST_WEBHOOKS) {
      throw s.wrong("webhooks", "there are more than " + MOST_WEBHOOKS);
    }
    return drafts;
  }

  private IntegrationDraft integration(YamlSection s, String workspaceName) {
    String slug = s.required("slug", ValueType.SLUG);
    String named = s.value("provider", ValueType.SLUG, slug);
    Provider provider = catalog.provider(named).orElseThrow(() -> s.wrong("provider", "no provider has this slug"
        + YamlSection.nearest(named, catalog.all().stream().map(Provider::slug).toList()).map(p -> "; did you mean " + p + "?")
            .orElse("")));
    if (provider.token() == null && (s.has("client_id") || s.has("client_secret") || s.has("scopes"))) {
      throw s.wrong("provider " + named + " takes a key: it has no client id, client secret or scopes");
    }
    if (provider.connectionsHaveClients() && (s.has("client_id") || s.has("client_secret"))) {
      throw s.wrong(
          "at provider " + named + " each connection has its own client: the integration has no client id or client secret");
    }
    Map<String, String> params = params(s, provider);
    IntegrationDraft draft = new IntegrationDraft(slug, provider, provider.hasClient() ? s.required("client_id", clientId()) : "",
        clientSecret(s), scopes(s, provider),
        List.copyOf(new LinkedHashSet<>(s.list("return_urls", RETURN_URL))),
        params, s.value("application_name", ApplicationNames.TYPE, workspaceName),
        s.value("proxy_only", ValueType.BOOLEAN, Boolean.FALSE), apiBase(s, provider),
        s.optional("rotate_after", Rotation.AGE).orElse(null), ThemeReader.read(s.section("theme")), null);
    if (draft.clientSecret() != null && !provider.needsClientSecret()) {
      throw s.wrong("client_secret", "provider " + named + " takes public clients or client keys: it has no client secret");
    }
    boolean keys = provider.key() != null && provider.authType() != AuthType.CLIENT_CREDENTIALS;
    if (draft.rotateAfter() != null && !keys && !provider.needsClientSecret()) {
      throw s.wrong("rotate_after", "provider " + named
          + " takes public clients, client keys or a client of each connection: there is no secret to replace");
    }
    return draft;
  }

  private static @Nullable ClientSecretFile clientSecret(YamlSection s) {
    SecretFile file = s.secretFile("client_secret").orElse(null);
    return file == null
        ? null
        : new ClientSecretFile(file, s.section("client_secret").value("keep_old", KEEP_OLD, Duration.ZERO));
  }

  private static ValueType<String> clientId() {
    return ValueType.TEXT_LINE.matching("printable characters, at most 255", "[\\x21-\\x7e]{1,255}");
  }

  private static List<String> scopes(YamlSection s, Provider provider) {
    Set<String> scopes = new LinkedHashSet<>(
        s.list("scopes", ValueType.TEXT_LINE.matching("a scope without blank, comma, quote or backslash",
            "[\\x21\\x23-\\x2b\\x2d-\\x5b\\x5d-\\x7e]{1,255}")));
    AccountProfile account = provider.account();
    if (account != null && provider.authType() == AuthType.OAUTH2) {
      scopes.addAll(account.scopes());
    }
    return List.copyOf(scopes);
  }

  private static Map<String, String> params(YamlSection s, Provider provider) {
    Map<String, String> params = s.map("params", ValueType.TEXT_LINE);
    params.forEach((name, value) -> {
      ProviderParameter parameter = provider.parameter(name).orElseThrow(() -> s.wrong("params", "provider " + provider.slug()
          + " knows no parameter " + name
          + YamlSection.nearest(name, provider.parameters().stream().map(ProviderParameter::name).toList())
              .map(p -> "; did you mean " + p + "?").orElse("")));
      if (!parameter.pattern().matches(value)) {
        throw s.wrong("params", name + " does not match " + parameter.pattern());
      }
    });
    for (ProviderParameter parameter : provider.parameters()) {
      if (parameter.required() && parameter.setBy() == SetBy.OPERATOR && parameter.defaultValue() == null
          && !params.containsKey(parameter.name())) {
        throw s.wrong("params", "provider " + provider.slug() + " needs the parameter " + parameter.name());
      }
    }
    return params;
  }

  private static @Nullable URI apiBase(YamlSection s, Provider provider) {
    URI base = s.optional("api_base", ValueType.address("https")).orElse(null);
    if (base != null && (!provider.api().allowsBase(base) || (base.getRawPath() != null && base.getRawPath().endsWith("/")))) {
      throw s.wrong("api_base", "must be on a host that provider " + provider.slug() + " allows: " + provider.api().hosts()
          + ", without port, query or a slash at its end");
    }
    return base;
  }

  private static URI webhookUrl(URI uri) {
    if (("http".equals(uri.getScheme()) && !isLoopback(uri)) || uri.toString().length() > 2048) {
      throw new IllegalArgumentException("https, or http on loopback");
    }
    return uri;
  }

  private static boolean isLoopback(URI uri) {
    return uri.getHost().matches("localhost|127\\.0\\.0\\.1|\\[::1]");
  }

  private static URI returnUrl(URI uri) {
    if (("http".equals(uri.getScheme()) && !isLoopback(uri)) || uri.toString().contains("*")
        || !uri.getHost().equals(uri.getHost().toLowerCase(java.util.Locale.ROOT)) || !uri.equals(uri.normalize())) {
      throw new IllegalArgumentException("exact and normal");
    }
    return uri;
  }
}
