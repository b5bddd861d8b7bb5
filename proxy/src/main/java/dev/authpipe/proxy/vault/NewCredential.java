package dev.authpipe.proxy.vault;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * What is sealed as a credential: the secrets, and everything that decides where and for whom they are used. Immutable but for its secrets,
 * which closing wipes; must never be logged or kept. Texts have at most 16 KiB each in UTF-8.
 */
public final class NewCredential implements AutoCloseable {
  private final Builder from;

  private NewCredential(Builder from) {
    this.from = from;
  }

  /**
   * Starts one.
   *
   * @param type              what kind of secret
   * @param endUserId         the end user's random id
   * @param endUserIdentifier the customer's name for them
   * @param apiBase           where the credential may be sent: an absolute http or https URI without query and fragment
   * @param tokenOrigin       origin of the token endpoint that a refresh token may be sent to; empty where there is none
   */
  public static Builder builder(CredentialType type, UUID endUserId, String endUserIdentifier, URI apiBase, String tokenOrigin) {
    return new Builder(type, endUserId, endUserIdentifier, apiBase, tokenOrigin);
  }

  static Builder builder(NewCredential earlier) {
    Builder next = new Builder(earlier.type(), earlier.endUserId(), earlier.endUserIdentifier(), earlier.apiBase(),
        earlier.tokenOrigin());
    SecretText refreshToken = earlier.refreshToken();
    ConnectionClient client = earlier.client();
    return next.proxyOnly(earlier.proxyOnly()).accessToken(copy(earlier.accessToken()))
        .refreshToken(refreshToken == null ? null : copy(refreshToken)).tokenType(earlier.tokenType()).scopes(earlier.scopes())
        .username(earlier.username()).refreshExpiresAt(earlier.refreshExpiresAt()).secretExpiresAt(earlier.secretExpiresAt())
        .issuedAt(earlier.issuedAt())
        .parameters(earlier.parameters()).client(client == null ? null : client.copy())
        .requestedScopes(earlier.requestedScopes());
  }

  private static SecretText copy(SecretText text) {
    return SecretText.copyOf(text.exposeUtf8(), 0, text.length());
  }

  CredentialType type() {
    return from.type;
  }

  UUID endUserId() {
    return from.endUserId;
  }

  String endUserIdentifier() {
    return from.endUserIdentifier;
  }

  URI apiBase() {
    return from.apiBase;
  }

  String tokenOrigin() {
    return from.tokenOrigin;
  }

  boolean proxyOnly() {
    return from.proxyOnly;
  }

  SecretText accessToken() {
    return Objects.requireNonNull(from.accessToken);
  }

  @Nullable
  SecretText refreshToken() {
    return from.refreshToken;
  }

  String tokenType() {
    return from.tokenType;
  }

  List<String> scopes() {
    return from.scopes;
  }

  @Nullable
  String username() {
    return from.username;
  }

  @Nullable
  Instant accessExpiresAt() {
    return from.accessExpiresAt;
  }

  @Nullable
  Instant refreshExpiresAt() {
    return from.refreshExpiresAt;
  }

  @Nullable
  Instant secretExpiresAt() {
    return from.secretExpiresAt;
  }

  Instant issuedAt() {
    return Objects.requireNonNull(from.issuedAt);
  }

  CredentialParameters parameters() {
    return from.parameters;
  }

  @Nullable
  ConnectionClient client() {
    return from.client;
  }

  List<String> requestedScopes() {
    return from.requestedScopes;
  }

  /** Wipes the secrets. */
  @Override
  public void close() {
    accessToken().close();
    ConnectionClient client = client();
    if (client != null) {
      client.close();
    }
    SecretText refreshToken = refreshToken();
    if (refreshToken != null) {
      refreshToken.close();
    }
  }

  @Override
  public String toString() {
    return "NewCredential[***]";
  }

  /** Collects the parts; used once. */
  public static final class Builder {
    private final CredentialType type;
    private final UUID endUserId;
    private final String endUserIdentifier;
    private URI apiBase;
    private final String tokenOrigin;
    private boolean proxyOnly;
    private @Nullable SecretText accessToken;
    private @Nullable SecretText refreshToken;
    private String tokenType = "";
    private List<String> scopes = List.of();
    private @Nullable String username;
    private @Nullable Instant accessExpiresAt;
    private @Nullable Instant refreshExpiresAt;
    private @Nullable Instant secretExpiresAt;
    private @Nullable Instant issuedAt;
    private CredentialParameters parameters = CredentialParameters.NONE;
    private @Nullable ConnectionClient client;
    private List<String> requestedScopes = List.of();
    private boolean built;

    private Builder(CredentialType type, UUID endUserId, String endUserIdentifier, URI apiBase, String tokenOrigin) {
      this.type = type;
      this.endUserId = endUserId;
      this.endUserIdentifier = endUserIdentifier;
      this.apiBase = apiBase;
      this.tokenOrigin = tokenOrigin;
    }

    /** Another API base, where a provider's answer moved it within its profile's suffixes (S21). */
    public Builder apiBase(URI value) {
      this.apiBase = value;
      return this;
    }

    /** The secret may only be injected, never handed out. */
    public Builder proxyOnly(boolean value) {
      this.proxyOnly = value;
      return this;
    }

    /** The access token, API key, bearer token or basic password. Required; becomes this credential's to wipe. */
    public Builder accessToken(SecretText value) {
      this.accessToken = value;
      return this;
    }

    /** The refresh token; becomes this credential's to wipe. */
    public Builder refreshToken(@Nullable SecretText value) {
      this.refreshToken = value;
      return this;
    }

    /** The access token's type. */
    public Builder tokenType(String value) {
      this.tokenType = value;
      return this;
    }

    /** Granted scopes, at most 256. */
    public Builder scopes(List<String> value) {
      this.scopes = List.copyOf(value);
      return this;
    }

    /** The user name of a basic credential. */
    public Builder username(@Nullable String value) {
      this.username = value;
      return this;
    }

    /** When the access token ends; null if unknown. */
    public Builder accessExpiresAt(@Nullable Instant value) {
      this.accessExpiresAt = value;
      return this;
    }

    /** When the refresh token ends; null if unknown. */
    public Builder refreshExpiresAt(@Nullable Instant value) {
      this.refreshExpiresAt = value;
      return this;
    }

    /** When a key, a bearer token or a password ends by itself, for reminders only; null if nobody said. Not sealed. */
    public Builder secretExpiresAt(@Nullable Instant value) {
      this.secretExpiresAt = value;
      return this;
    }

    /** When it was issued. Required. */
    public Builder issuedAt(Instant value) {
      this.issuedAt = value;
      return this;
    }

    /** What the provider's parameters were when it was issued. */
    public Builder parameters(CredentialParameters value) {
      this.parameters = value;
      return this;
    }

    /** What mints the next access token, with client credentials; null: the integration's client. Becomes this credential's to wipe. */
    public Builder client(@Nullable ConnectionClient value) {
      this.client = value;
      return this;
    }

    /** What is asked for each time, with client credentials: at most 256. */
    public Builder requestedScopes(List<String> value) {
      this.requestedScopes = List.copyOf(value);
      return this;
    }

    /** The finished credential. */
    public NewCredential build() {
      Objects.requireNonNull(accessToken, "an access token or its like is required");
      Objects.requireNonNull(issuedAt, "the time of issue is required");
      if (built) {
        throw new IllegalStateException("a builder is used once");
      }
      if (!apiBase.isAbsolute() || apiBase.getRawQuery() != null || apiBase.getRawFragment() != null) {
        throw new IllegalArgumentException("the API base is absolute, without query and fragment");
      }
      boolean mints = type == CredentialType.CLIENT_CREDENTIALS;
      if (mints
          ? refreshToken != null || username != null || refreshExpiresAt != null || tokenOrigin.isEmpty()
          : client != null || !requestedScopes.isEmpty()) {
        throw new IllegalArgumentException("client credentials have no refresh token, and others no client");
      }
      built = true;
      return new NewCredential(this);
    }
  }
}
