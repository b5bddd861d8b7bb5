package dev.authpipe.proxy.catalog;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Something a provider needs to know besides the client id: a subdomain, a tenant. Never a secret.
 *
 * @param name         its name in templates and settings
 * @param label        what it is called on the hosted page
 * @param pattern      what a value must match as a whole, after one decoding (S21)
 * @param setBy        who may choose the value
 * @param uses         where it may occur
 * @param sendAs       its name in the authorization query, token or refresh body; null: only in templates
 * @param required     whether a connection needs it
 * @param defaultValue used when nobody sets it; null: none
 */
public record ProviderParameter(String name, String label, ValuePattern pattern, SetBy setBy, Set<Use> uses,
    @Nullable String sendAs,
    boolean required, @Nullable String defaultValue) {

  /** Copies the set. */
  public ProviderParameter {
    uses = Set.copyOf(uses);
  }

  /** Who may choose the value. */
  public enum SetBy {
    /** The integration's settings only: it may move the host of an OAuth endpoint beyond the provider's own suffix. */
    OPERATOR,
    /** The application, when it creates the connect session, or the integration. */
    APPLICATION,
    /** The end user on the hosted page, the application or the integration. */
    END_USER
  }

  /** Where a parameter may occur. */
  public enum Use {
    /** In the host of the authorization, token, revocation or account endpoint. */
    OAUTH_HOST,
    /** In the path of such an endpoint. */
    OAUTH_PATH,
    /** In the authorization query. */
    AUTHORIZE_QUERY,
    /** In the body that exchanges a code at the token endpoint. */
    TOKEN_BODY,
    /** In the body of a refresh. */
    REFRESH_BODY,
    /** In the host of the API base. */
    API_HOST,
    /** In the path of the API base. */
    API_PATH
  }
}
