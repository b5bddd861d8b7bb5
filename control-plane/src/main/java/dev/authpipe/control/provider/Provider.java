package dev.authpipe.control.provider;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What people need to know about a provider to register a client there. Never an address of it: those are the proxy's own and cannot be
 * steered from here.
 *
 * @param slug           its name in settings
 * @param name           its name for people
 * @param auth           {@code oauth2}, {@code client_credentials}, {@code api_key}, {@code basic} or {@code bearer}
 * @param clientSecret   whether a client there has a secret, which the proxy is to be given
 * @param verified       how far the proxy's entry was checked, in one word
 * @param lastVerified   the date on which
 * @param scopes         known scopes in plain words
 * @param accountScopes  scopes that the proxy always asks for, to name the account
 * @param parameters     what else it needs to know
 * @param secretPrefixes fixed beginnings of its secrets, to refuse them here
 */
@Introspected
@Schema(name = "Provider")
public record Provider(String slug, String name, String auth, boolean clientSecret, String verified, String lastVerified,
    List<Scope> scopes, List<String> accountScopes, List<Parameter> parameters, List<String> secretPrefixes) {

  /** Copies the lists. */
  public Provider {
    scopes = List.copyOf(scopes);
    accountScopes = List.copyOf(accountScopes);
    parameters = List.copyOf(parameters);
    secretPrefixes = List.copyOf(secretPrefixes);
  }

  /** Whether a client id is registered there; the others take a key, or a client, that the end user brings. */
  public boolean usesOauth() {
    return auth.equals("oauth2");
  }

  /** The parameter of a name. */
  public Optional<Parameter> parameter(String wanted) {
    return parameters.stream().filter(parameter -> parameter.name().equals(wanted)).findFirst();
  }

  /**
   * A scope in plain words.
   *
   * @param scope as the provider writes it
   * @param text  the end of "The application may …"
   */
  @Introspected
  @Schema(name = "ProviderScope")
  public record Scope(String scope, String text) {}

  /**
   * Something that the provider needs to know besides the client id.
   *
   * @param name         its name in {@code params}
   * @param label        what people call it
   * @param pattern      what a value must match as a whole
   * @param setBy        {@code operator}: set it here; {@code application} or {@code end_user}: may be set for each connection
   * @param required     whether a connection needs it
   * @param defaultValue used when nobody sets it
   */
  @Introspected
  @Schema(name = "ProviderParameter")
  public record Parameter(String name, String label, String pattern, String setBy, boolean required,
      @Nullable String defaultValue) {
    private static final int LONGEST = 512;

    /** Whether a value may be set; the proxy looks again. */
    public boolean matches(String value) {
      return value.length() <= LONGEST && value.chars().noneMatch(Character::isISOControl)
          && Pattern.compile(pattern).matcher(value).matches();
    }
  }
}
