package dev.authpipe.proxy.connect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.catalog.AuthType;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.KeyProfile;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.catalog.ProviderTexts;
import dev.authpipe.proxy.catalog.Theme;
import dev.authpipe.proxy.http.SecretJson;
import dev.authpipe.proxy.secret.SecretText;

/**
 * What the hosted page shows of a session.
 *
 * @param application who asks
 * @param endUser     who is connecting, as the application names them
 * @param reconnect   whether a connection gets a new grant
 * @param theme       of all integrations alike, so that a logo is sent once; else as usual
 * @param cancelUrl   back to the application without a connection
 * @param expiresIn   seconds that the session is good for
 */
record PageView(String application, String endUser, boolean reconnect, Theme theme, List<Choice> integrations, String cancelUrl,
    @JsonSerialize(using = SecretJson.Writer.class) SecretText csrfToken, long expiresIn) {

  private static final String KEY = "key";
  private static final String USERNAME = "username";

  /**
   * One integration to choose.
   *
   * @param kind  {@code oauth} or {@code key}
   * @param theme its own, where integrations differ; null: that of all
   */
  record Choice(String id, String provider, String kind, List<Scope> scopes, List<Entry> fields,
      @Nullable Theme theme) {}

  /**
   * A scope.
   *
   * @param description its meaning in plain words, where the catalog has them
   * @param granted     whether the connection that gets a new grant has it already
   */
  record Scope(String name, @Nullable String description, boolean granted) {}

  /**
   * Something to fill in.
   *
   * @param secret    whether it is hidden while typed
   * @param pattern   what a value must match as a whole; null: not told
   * @param maxLength in characters
   */
  record Entry(String name, String label, @Nullable String hint, boolean secret, boolean required, @Nullable String pattern,
      int maxLength,
      @Nullable String value) {}

  /** What all of them wear; as usual, where they differ. */
  static Theme common(List<Integration> offered) {
    return offered.stream().map(Integration::theme).distinct().limit(2).count() == 1 ? offered.getFirst().theme() : Theme.USUAL;
  }

  /**
   * One integration of those that are offered.
   *
   * @param common  what all of them wear
   * @param granted what the connection that gets a new grant has
   */
  static Choice choice(Integration integration, Theme common, ConnectSession session, Collection<String> granted,
      Language language) {
    boolean oauth = integration.provider().authType() == AuthType.OAUTH2;
    List<String> asked = session.scopes().isEmpty() ? integration.scopes() : session.scopes();
    return new Choice(integration.id().toString(), integration.provider().displayName(), oauth ? "oauth" : "key",
        integration.provider().token() != null
            ? asked.stream().map(scope -> scope(integration, scope, granted.contains(scope), language)).toList()
            : List.of(),
        entries(integration, session.params(), language),
        integration.theme().equals(common) ? null : integration.theme());
  }

  private static Scope scope(Integration integration, String scope, boolean granted, Language language) {
    String text = integration.provider().textOf(scope, language.tag());
    return new Scope(scope, text.equals(scope) ? null : text, granted);
  }

  private static List<Entry> entries(Integration integration, Map<String, String> given, Language language) {
    ProviderTexts texts = integration.provider().texts(language.tag());
    List<Entry> entries = new ArrayList<>();
    for (ProviderParameter parameter : integration.provider().parameters()) {
      if (parameter.setBy() == ProviderParameter.SetBy.END_USER && !integration.params().containsKey(parameter.name())
          && !given.containsKey(parameter.name())) {
        String pattern = parameter.pattern().toString();
        entries.add(
            new Entry(parameter.name(), texts.labels().getOrDefault(parameter.name(), parameter.label()), null, false,
                parameter.required() && parameter.defaultValue() == null,
                pattern, 512, parameter.defaultValue()));
      }
    }
    KeyProfile key = integration.provider().key();
    if (key != null) {
      String username = key.usernameLabel();
      if (username != null) {
        entries.add(new Entry(USERNAME, texts.labels().getOrDefault(USERNAME, username), null, false, true, null, 512, null));
      }
      boolean secret = !integration.provider().connectionsHaveClients() || username != null; // else it is a client id alone
      String hint = key.hint();
      entries.add(new Entry(KEY, texts.labels().getOrDefault(KEY, key.label()),
          hint == null ? null : texts.hints().getOrDefault(KEY, hint),
          secret, true, null, 512, null));
    }
    return entries;
  }
}
