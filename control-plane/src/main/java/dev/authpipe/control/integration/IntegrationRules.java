package dev.authpipe.control.integration;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LikeSecrets;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WebAddress;
import dev.authpipe.control.integration.Integration.Wanted;
import dev.authpipe.control.provider.Provider;
import dev.authpipe.control.provider.Providers;
import dev.authpipe.wire.ShownName;

/**
 * What an integration may be: the rules of the proxy, so that nothing is configured here that it would refuse. Never decides alone: the
 * proxy looks again, and its operator approves.
 */
@Singleton
final class IntegrationRules {
  private static final int MOST = 200;
  private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern CLIENT_ID = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x2b\\x2d-\\x5b\\x5d-\\x7e]{1,255}");

  private final Providers providers;

  IntegrationRules(Providers providers) {
    this.providers = providers;
  }

  /**
   * A new integration of a body.
   *
   * @param application what end users see when the body names no application
   */
  Wanted create(IntegrationBody body, String application) {
    if (body.provider() == null) {
      throw invalid("provider is the slug of a provider.");
    }
    Provider provider = provider(body.provider());
    String slug = body.slug() == null ? provider.slug() : body.slug();
    if (!SLUG.matcher(slug).matches()) {
      throw invalid("slug is 1 to 63 characters of a-z, 0-9 and -, and begins with no -.");
    }
    Wanted wanted = merged(new Wanted(slug, provider.slug(), "", List.of(), List.of(), Map.of(), application, "", false, false),
        body);
    check(wanted, provider);
    return wanted;
  }

  /** An integration with the changes of a body. */
  Wanted change(Wanted before, IntegrationBody body) {
    if ((body.slug() != null && !body.slug().equals(before.slug()))
        || (body.provider() != null && !body.provider().equals(before.provider()))) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "slug and provider never change; make another integration.");
    }
    Wanted wanted = merged(before, body);
    check(wanted, provider(before.provider()));
    return wanted;
  }

  private static Wanted merged(Wanted before, IntegrationBody body) {
    return new Wanted(before.slug(), before.provider(), or(body.clientId(), before.clientId()),
        distinct("scopes", or(body.scopes(), before.scopes())),
        distinct("return_urls", or(body.returnUrls(), before.returnUrls())),
        entries(or(body.params(), before.params())), or(body.applicationName(), before.applicationName()),
        or(body.note(), before.note()), or(body.proxyOnly(), before.proxyOnly()), or(body.disabled(), before.disabled()));
  }

  private static void check(Wanted wanted, Provider provider) {
    if (wanted.params().keySet().stream().anyMatch(name -> provider.parameter(name).isEmpty() && LikeSecrets.isName(name))) {
      throw new ProblemException(ErrorCode.SECRET_REFUSED);
    }
    LikeSecrets.refuse(Stream.of(List.of(wanted.clientId(), wanted.note(), wanted.applicationName()), wanted.scopes(),
        wanted.returnUrls(), wanted.params().values()).flatMap(values -> values.stream()).toList(), provider.secretPrefixes());
    if (provider.usesOauth() ? !CLIENT_ID.matcher(wanted.clientId()).matches() : !wanted.clientId().isEmpty()) {
      throw invalid(provider.usesOauth()
          ? "client_id is 1 to 255 printable characters without blanks."
          : "A provider that takes a key has no client_id.");
    }
    if (!provider.usesOauth() && !wanted.scopes().isEmpty()) {
      throw invalid("A provider that takes a key has no scopes.");
    }
    if (!wanted.scopes().stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
      throw invalid("A scope is 1 to 255 printable characters without blank, comma, quote or backslash.");
    }
    wanted.returnUrls().forEach(url -> WebAddress.returnUrl("A return URL", url));
    line("application_name", wanted.applicationName(), 1, 100);
    if (ShownName.misleads(wanted.applicationName())) {
      throw invalid("application_name has no sign that is not seen, and no word of look-alike alphabets.");
    }
    line("note", wanted.note(), 0, 2000);
    params(wanted.params(), provider);
  }

  private static void params(Map<String, String> params, Provider provider) {
    params.forEach((name, value) -> {
      Provider.Parameter parameter = provider.parameter(name)
          .orElseThrow(() -> new ProblemException(ErrorCode.UNPROCESSABLE, "params has a name that the provider does not know."));
      if (!parameter.matches(value)) {
        throw invalid("The value of parameter " + parameter.name() + " matches " + parameter.pattern() + ".");
      }
    });
    provider.parameters().stream().filter(parameter -> parameter.required() && parameter.setBy().equals("operator")
        && parameter.defaultValue() == null && !params.containsKey(parameter.name())).findFirst().ifPresent(parameter -> {
          throw new ProblemException(ErrorCode.UNPROCESSABLE, "The provider needs the parameter " + parameter.name() + ".");
        });
  }

  private Provider provider(String slug) {
    return providers.find(slug)
        .orElseThrow(() -> new ProblemException(ErrorCode.UNPROCESSABLE, "The catalog has no provider of this slug."));
  }

  private static void line(String field, String text, int least, int most) {
    if (text.length() < least || text.length() > most || (least > 0 && text.isBlank())
        || text.chars().anyMatch(Character::isISOControl)) {
      throw invalid(field + " is " + least + " to " + most + " characters on one line.");
    }
  }

  @SuppressWarnings({"ConstantConditions", "NullAway"}) // JSON may have null in a list
  private static List<String> distinct(String field, List<String> values) {
    List<String> copy = new ArrayList<>(values);
    if (copy.size() > MOST || copy.contains(null)) {
      throw invalid(field + " has at most " + MOST + " texts.");
    }
    return List.copyOf(new LinkedHashSet<>(copy));
  }

  private static Map<String, String> entries(Map<String, String> params) {
    try {
      return Map.copyOf(params);
    } catch (NullPointerException nothing) {
      throw invalid("params has texts only.");
    }
  }

  private static <T> T or(@Nullable T wanted, T before) {
    return wanted == null ? before : wanted;
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, detail);
  }
}
