package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.HttpOffer;
import dev.authpipe.proxy.egress.TlsVersion;

/** Reads one provider file (docs/catalog-format.md) into a {@link Provider}. Never accepts a file that breaks a rule of the format. */
final class ProviderFile {
  private static final ValueType<HttpOffer> HTTP = ValueType.TEXT_LINE.matching("\"1.1\" or \"2\"", "1\\.1|2")
      .map("\"1.1\" or \"2\"", text -> text.equals("2") ? HttpOffer.UP_TO_2 : HttpOffer.ONLY_1_1);
  private static final ValueType<String> POINTER = ValueType.TEXT_LINE.matching("a JSON pointer that begins with /",
      "(/([^~/]|~[01])*)+");
  private static final ValueType<ValuePattern> PATTERN = ValueType.TEXT_LINE.map("an anchored regular expression",
      ValuePattern::of);
  /** The languages of the hosted page beside English. */
  private static final List<String> TRANSLATED = List.of("de", "fr");
  private static final ValueType<Duration> STREAM = ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(1));
  private static final ValueType<Duration> TIMEOUT = ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(5));

  private final YamlSection root;
  private final ProfileReader profiles;

  private ProviderFile(YamlSection root, Map<URI, URI> standIns) {
    this.root = root;
    this.profiles = new ProfileReader(standIns);
  }

  /**
   * Reads and checks a provider.
   *
   * @param standIns local origins in place of provider origins; empty outside tests and the demo
   * @throws ConfigurationException with file, line and rule
   */
  static Provider read(YamlSection root, Map<URI, URI> standIns) {
    try {
      Provider provider = new ProviderFile(root, standIns).provider();
      root.finish();
      ProviderRules.check(provider);
      return provider;
    } catch (IllegalArgumentException broken) {
      String message = broken.getMessage();
      throw root.wrong(message == null ? "breaks a rule of the format" : message);
    }
  }

  private Provider provider() {
    if (root.required("format", ValueType.integer(1, 1000)) != 1) {
      throw root.wrong("format", "this program reads format 1");
    }
    AuthType type = root.required("auth", ValueType.oneOf(AuthType.class));
    boolean oauth = type == AuthType.OAUTH2;
    AuthorizeProfile authorize = oauth ? profiles.authorize(needed("authorize")) : null;
    boolean mints = type == AuthType.CLIENT_CREDENTIALS;
    TokenProfile token = oauth || mints ? profiles.token(needed("token")) : null;
    ClientCredentialsProfile minting = mints ? profiles.minting(needed("client_credentials")) : null;
    boolean entered = minting == null ? !oauth : minting.client() == ClientCredentialsProfile.Client.CONNECTION;
    RefreshProfile refresh = profiles.refresh(root.section("refresh"));
    RevocationProfile revocation = root.has("revocation") ? profiles.revocation(root.section("revocation")) : null;
    return new Provider(root.required("provider", ValueType.SLUG), root.required("name", ValueType.TEXT_LINE), type, authorize,
        token, minting, refresh, revocation, root.value("pkce", ValueType.oneOf(PkceLevel.class), PkceLevel.S256),
        root.optional("pkce_evidence", ValueType.TEXT_LINE).orElse(null),
        root.has("issuer") ? issuer(root.section("issuer")) : null,
        root.has("account") ? account(root.section("account")) : null, entered ? key(needed("key")) : null,
        api(needed("api"), authorize, token, refresh, revocation), tls(root.section("tls")),
        root.sections("parameters").stream().map(this::parameter).toList(),
        scopes(), translations(), root.list("secret_prefixes", ValueType.TEXT_LINE),
        root.required("verified", ValueType.oneOf(Verified.class)),
        root.required("last_verified",
            ValueType.TEXT_LINE.matching("a date (2026-11-23)", "\\d{4}-\\d{2}-\\d{2}").map("a date (2026-11-23)",
                ProviderFile::date)),
        root.list("evidence", ValueType.address("https")));
  }

  private static TlsProfile tls(YamlSection s) {
    ValueType<TlsVersion> version = ValueType.TEXT_LINE.matching("\"1.2\" or \"1.3\"", "1\\.[23]")
        .map("\"1.2\" or \"1.3\"", text -> text.equals("1.2") ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3);
    return new TlsProfile(s.value("minimum", version, TlsVersion.TLS_1_3),
        s.optional("reason", ValueType.TEXT_LINE).orElse(null));
  }

  private YamlSection needed(String key) {
    if (!root.has(key)) {
      throw root.wrong("the section " + key + " is missing");
    }
    return root.section(key);
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (java.time.DateTimeException wrong) {
      throw new IllegalArgumentException("no such day", wrong);
    }
  }

  private IssuerProfile issuer(YamlSection s) {
    return new IssuerProfile(s.required("value", profiles.endpoint()), s.required("in_answer", ValueType.BOOLEAN));
  }

  private AccountProfile account(YamlSection s) {
    return new AccountProfile(s.optional("endpoint", profiles.endpoint()).orElse(null), s.list("scopes", ValueType.TEXT_LINE),
        s.map("headers", ValueType.TEXT_LINE), s.optional("success", POINTER).orElse(null), s.list("identifier", POINTER),
        s.list("label", POINTER));
  }

  private KeyProfile key(YamlSection s) {
    return new KeyProfile(s.required("label", ValueType.TEXT_LINE), s.optional("hint", ValueType.TEXT_LINE).orElse(null),
        s.required("pattern", PATTERN), s.optional("username_label", ValueType.TEXT_LINE).orElse(null),
        s.optional("rotate_after", Rotation.AGE).orElse(null));
  }

  private ProviderParameter parameter(YamlSection s) {
    return new ProviderParameter(s.required("name", ValueType.TEXT_LINE.matching("a lower-case name", "[a-z][a-z0-9_]{0,39}")),
        s.required("label", ValueType.TEXT_LINE), s.required("pattern", PATTERN),
        s.required("set_by", ValueType.oneOf(ProviderParameter.SetBy.class)),
        Set.copyOf(s.list("uses", ValueType.oneOf(ProviderParameter.Use.class))),
        s.optional("send_as", ValueType.TEXT_LINE).orElse(null), s.value("required", ValueType.BOOLEAN, Boolean.TRUE),
        s.optional("default", ValueType.TEXT_LINE).orElse(null));
  }

  private List<ScopeText> scopes() {
    List<ScopeText> texts = new ArrayList<>();
    root.map("scopes", ValueType.TEXT_LINE).forEach((scope, text) -> texts.add(new ScopeText(scope, text)));
    return texts;
  }

  private Map<String, ProviderTexts> translations() {
    Map<String, ProviderTexts> all = new HashMap<>();
    YamlSection section = root.section("translations");
    for (String language : TRANSLATED) {
      YamlSection s = section.section(language);
      ProviderTexts texts = new ProviderTexts(s.map("scopes", ValueType.TEXT_LINE), s.map("labels", ValueType.TEXT_LINE),
          s.map("hints", ValueType.TEXT_LINE));
      if (!texts.equals(ProviderTexts.NONE)) {
        all.put(language, texts);
      }
    }
    return all;
  }

  private static ApiProfile.Streams streams(YamlSection s) {
    ApiProfile.Streams usual = ApiProfile.Streams.DEFAULT;
    return new ApiProfile.Streams(s.value("websockets", ValueType.BOOLEAN, usual.webSockets()),
        s.value("idle", STREAM, usual.idle()), s.value("total", STREAM, usual.total()));
  }

  private ApiProfile api(YamlSection s, @Nullable AuthorizeProfile authorize, @Nullable TokenProfile token,
      RefreshProfile refresh,
      @Nullable RevocationProfile revocation) {
    EndpointTemplate base = s.required("base", profiles.endpoint());
    List<String> hosts = s.list("hosts", ValueType.TEXT_LINE.matching("a host, or a suffix that begins with a dot",
        "\\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"));
    Set<String> forbidden = new LinkedHashSet<>(s.list("forbidden_paths", ValueType.TEXT_LINE.matching("a path", "/[!-~]*")));
    forbid(forbidden, base, authorize == null ? null : authorize.endpoint());
    forbid(forbidden, base, authorize == null ? null : authorize.pushedRequestEndpoint());
    forbid(forbidden, base, token == null ? null : token.endpoint());
    forbid(forbidden, base, refresh.endpoint());
    forbid(forbidden, base, revocation == null ? null : revocation.endpoint());
    YamlSection injection = s.section("injection");
    YamlSection paths = s.section("paths");
    YamlSection timeouts = s.section("timeouts");
    ApiProfile.Timeouts usual = ApiProfile.Timeouts.DEFAULT;
    return new ApiProfile(base, hosts.isEmpty() && base.hostPlaceholders().isEmpty() ? List.of(base.host()) : hosts,
        new ApiProfile.Injection(
            injection.value("header", ValueType.TEXT_LINE.matching("a header name", "[A-Za-z][A-Za-z0-9-]{0,63}"),
                "Authorization"),
            injection.value("form", ValueType.TEXT_LINE.matching("text with {credential} once",
                "[^{}]*\\{credential\\}[^{}]*"), "Bearer {credential}")),
        s.map("headers", ValueType.TEXT_LINE),
        Set.copyOf(s.list("forwarded_headers", ValueType.TEXT_LINE.matching("a lower-case header name",
            "[a-z][a-z0-9-]{0,63}"))),
        List.copyOf(forbidden), new ApiProfile.PathAllowances(paths.value("encoded_slash", ValueType.BOOLEAN, Boolean.FALSE),
            paths.value("encoded_dot", ValueType.BOOLEAN, Boolean.FALSE),
            paths.value("empty_segments", ValueType.BOOLEAN, Boolean.FALSE)),
        new ApiProfile.Timeouts(timeouts.value("connect", TIMEOUT, usual.connect()), timeouts.value("first_byte", TIMEOUT,
            usual.firstByte()), timeouts.value("idle", TIMEOUT, usual.idle()), timeouts.value("total", TIMEOUT, usual.total())),
        streams(s.section("streams")), CallLimitsReader.read(s),
        s.value("http", HTTP, HttpOffer.UP_TO_2),
        s.has("verification") ? verification(s.section("verification")) : null);
  }

  private ApiProfile.Verification verification(YamlSection s) {
    List<Integer> statuses = s.list("statuses", ValueType.integer(200, 599));
    return new ApiProfile.Verification(s.value("method", ValueType.TEXT_LINE.matching("GET or POST", "GET|POST"), "GET"),
        s.required("path", ValueType.TEXT_LINE.matching("a path", "/[!-~]*")),
        statuses.isEmpty() ? Set.of(200) : Set.copyOf(statuses),
        s.optional("success", POINTER).orElse(null));
  }

  /** An OAuth endpoint on the API's own host is out of reach for proxied calls (S20), up to its first placeholder. */
  private static void forbid(Set<String> forbidden, EndpointTemplate base, @Nullable EndpointTemplate endpoint) {
    if (endpoint != null && endpoint.host().equals(base.host())) {
      String path = endpoint.toString().substring("https://".length() + endpoint.host().length());
      int query = path.indexOf('?');
      path = query < 0 ? path : path.substring(0, query);
      int placeholder = path.indexOf('{');
      forbidden.add(placeholder < 0 ? path : path.substring(0, path.lastIndexOf('/', placeholder)));
    }
  }
}
