package dev.authpipe.proxy.catalog;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How a provider is told that tokens are no longer wanted (RFC 7009 and what providers made of it), and what that ends.
 *
 * @param endpoint             where; {@code {client_id}} stands for the integration's client id
 * @param method               {@code POST}, {@code DELETE} or {@code GET}
 * @param clientAuthentication how the client proves itself; {@link ClientAuthentication#NONE} sends no client id when the token travels as
 *                             bearer
 * @param carrier              where the token to revoke travels
 * @param tokenParameter       its name in the body
 * @param sendsHint            whether {@code token_type_hint} is sent
 * @param bodyForm             how the body is written
 * @param headers              fixed request headers
 * @param revokes              what a revocation ends
 * @param order                which tokens are revoked, in this order
 * @param successStatuses      statuses that confirm
 * @param goneStatuses         statuses that say the token was gone already: as good as confirmed
 * @param successPointer       a value that must be {@code true} in a success; null: the status decides
 * @param errorPointer         where the provider's error code stands; null: none
 * @param goneCodes            error codes that say the token was gone already
 */
public record RevocationProfile(EndpointTemplate endpoint, String method, ClientAuthentication clientAuthentication,
    Carrier carrier,
    String tokenParameter, boolean sendsHint, BodyForm bodyForm, Map<String, String> headers, Revokes revokes,
    List<Revoked> order,
    Set<Integer> successStatuses, Set<Integer> goneStatuses, @Nullable String successPointer, @Nullable String errorPointer,
    Set<String> goneCodes) {

  /** Copies the collections. */
  public RevocationProfile {
    headers = Map.copyOf(headers);
    order = List.copyOf(order);
    successStatuses = Set.copyOf(successStatuses);
    goneStatuses = Set.copyOf(goneStatuses);
    goneCodes = Set.copyOf(goneCodes);
  }

  /** What a revocation ends. Where it is more than the token, other live connections of the same provider account lose access too. */
  public enum Revokes {
    /** The one token. */
    TOKEN,
    /** Everything this account granted to this client. */
    GRANT,
    /** The application's installation. */
    INSTALLATION
  }

  /** Which token is sent. */
  public enum Revoked {
    /** The refresh token. */
    REFRESH_TOKEN,
    /** The access token. */
    ACCESS_TOKEN
  }

  /** Where the token to revoke travels. */
  public enum Carrier {
    /** In the body, under its parameter's name. */
    BODY,
    /** As {@code Authorization: Bearer}, revoking itself. */
    BEARER
  }
}
