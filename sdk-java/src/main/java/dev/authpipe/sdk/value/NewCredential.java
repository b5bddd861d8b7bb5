package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A secret for a connection, in the form that its provider takes. Prints masked; the proxy seals it and never shows it again.
 */
public sealed interface NewCredential {

  /**
   * Tokens that the application got from the provider's token endpoint (RFC 6749, section 5.1).
   *
   * @param accessToken  what is sent to the provider now
   * @param refreshToken what it is renewed with; null: the connection ends with the access token
   * @param tokenType    how it is sent; null: {@code Bearer}
   * @param expiresAt    when the access token ends; null: unknown
   * @param scopes       what was granted
   */
  record OAuth2(ProvidedSecret accessToken, @Nullable ProvidedSecret refreshToken, @Nullable String tokenType,
      @Nullable Instant expiresAt,
      List<String> scopes) implements NewCredential {
    /** Checks that nothing required is missing, and copies. */
    public OAuth2 {
      Objects.requireNonNull(accessToken, "accessToken");
      scopes = List.copyOf(scopes);
    }
  }

  /**
   * An API key.
   *
   * @param apiKey          the key
   * @param secretExpiresAt when it ends by itself, in the future; null: unknown. Never ends its use
   */
  record Key(ProvidedSecret apiKey, @Nullable Instant secretExpiresAt) implements NewCredential {
    /** Checks that there is one. */
    public Key {
      Objects.requireNonNull(apiKey, "apiKey");
    }
  }

  /**
   * A name and a password (RFC 7617).
   *
   * @param username        the name
   * @param password        the password
   * @param secretExpiresAt when it ends by itself, in the future; null: unknown. Never ends its use
   */
  record Basic(String username, ProvidedSecret password, @Nullable Instant secretExpiresAt) implements NewCredential {
    /** Checks that nothing required is missing. */
    public Basic {
      Objects.requireNonNull(username, "username");
      Objects.requireNonNull(password, "password");
    }
  }

  /**
   * A bearer token that nobody renews.
   *
   * @param accessToken     the token
   * @param secretExpiresAt when it ends by itself, in the future; null: unknown. Never ends its use
   */
  record Bearer(ProvidedSecret accessToken, @Nullable Instant secretExpiresAt) implements NewCredential {
    /** Checks that there is one. */
    public Bearer {
      Objects.requireNonNull(accessToken, "accessToken");
    }
  }

  /**
   * Client credentials (RFC 6749, section 4.4), of the integration or of the connection's own client. An access token is minted before
   * anything is stored.
   *
   * @param clientId     the connection's own client; null: the integration's
   * @param clientSecret its secret; null: the integration's, or its client key signs
   * @param scopes       what to ask for; empty: the integration's
   */
  record ClientCredentials(@Nullable String clientId, @Nullable ProvidedSecret clientSecret,
      List<String> scopes) implements NewCredential {
    /** Copies. */
    public ClientCredentials {
      scopes = List.copyOf(scopes);
    }
  }
}
