package dev.authpipe.sdk;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.config.ClientKey;
import dev.authpipe.sdk.config.ClientKeys;
import dev.authpipe.sdk.config.ClientSecretEntry;
import dev.authpipe.sdk.config.Integration;
import dev.authpipe.sdk.config.MaskedClientSecret;
import dev.authpipe.sdk.config.NewClientSecret;
import dev.authpipe.sdk.value.EntryId;
import dev.authpipe.sdk.value.IntegrationName;

/**
 * The integrations of the workspace, and the keeping of their client secrets and client keys. Reading needs the scope {@code connect},
 * {@code connections:read} or {@code config:write}; changing anything needs {@code config:write}. No secret ever comes back.
 */
public final class Integrations {

  private static final String ALL = "/v1/integrations";

  private final Exchange exchange;

  Integrations(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * All integrations that the API key may use, by slug.
   *
   * @return the integrations
   */
  public Listing<Integration> list() {
    return () -> exchange.call(ApiCall.repeatable("GET", ALL)).objects("data").stream().map(ConfigAnswers::integration)
        .iterator();
  }

  /**
   * Reads one integration.
   *
   * @param name its slug or id
   * @return the integration
   */
  public Integration get(IntegrationName name) {
    return ConfigAnswers.integration(exchange.call(ApiCall.repeatable("GET", path(name))));
  }

  /**
   * Sets the client secret. The same secret again only moves the end of the one before.
   *
   * @param name   its slug or id
   * @param secret the secret, and how long the one before is tried as well
   * @return what may be shown of it
   */
  public MaskedClientSecret setClientSecret(IntegrationName name, NewClientSecret secret) {
    return ConfigAnswers.maskedClientSecret(
        exchange.call(ApiCall.repeatable("PUT", path(name) + "/client-secret").withBody(Bodies.clientSecret(secret))));
  }

  /**
   * Erases the client secret before the present one at once. {@link dev.authpipe.sdk.error.NotFoundException} when there is none.
   *
   * @param name its slug or id
   */
  public void erasePreviousClientSecret(IntegrationName name) {
    exchange.answer(ApiCall.once("DELETE", path(name) + "/client-secret/previous"));
  }

  /**
   * Makes a one-time link for a person who has the client secret and no API key.
   *
   * @param name             its slug or id
   * @param lifetime         a minute to a day
   * @param previousValidFor how long the client secret before is tried as well, at most 30 days; null: it is erased at once
   * @return the entry with its link, which no later answer has
   */
  public ClientSecretEntry openClientSecretEntry(IntegrationName name, Duration lifetime, @Nullable Duration previousValidFor) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("lifetime_seconds", lifetime.toSeconds());
    if (previousValidFor != null) {
      body.put("previous_valid_seconds", previousValidFor.toSeconds());
    }
    return ConfigAnswers.clientSecretEntry(
        exchange.call(ApiCall.once("POST", path(name) + "/client-secret-entries").withBody(body)));
  }

  /**
   * The links that can still be used, the oldest first, without the links themselves.
   *
   * @param name its slug or id
   * @return at most 5
   */
  public List<ClientSecretEntry> clientSecretEntries(IntegrationName name) {
    return exchange.call(ApiCall.repeatable("GET", path(name) + "/client-secret-entries")).objects("data").stream()
        .map(ConfigAnswers::clientSecretEntry).toList();
  }

  /**
   * Withdraws a link: it is good no more. {@link dev.authpipe.sdk.error.NotFoundException} when it is not any more already.
   *
   * @param name  its slug or id
   * @param entry which one
   */
  public void withdrawClientSecretEntry(IntegrationName name, EntryId entry) {
    exchange.answer(ApiCall.once("DELETE", path(name) + "/client-secret-entries/" + entry));
  }

  /**
   * The public side of the key pairs that sign its client assertions. Scope {@code connections:read} or {@code config:write}.
   *
   * @param name its slug or id
   * @return the keys, and where providers read them
   */
  public ClientKeys clientKeys(IntegrationName name) {
    return ConfigAnswers.clientKeys(exchange.call(ApiCall.repeatable("GET", keys(name))));
  }

  /**
   * Makes a key pair inside the proxy. The first signs at once; a next one is published and signs after its lead.
   *
   * @param name its slug or id
   * @param lead how long it is published before it signs, at most 30 days; null: a day
   * @return the key
   */
  public ClientKey makeClientKey(IntegrationName name, @Nullable Duration lead) {
    Map<String, Object> body = lead == null ? Map.of() : Map.of("lead_seconds", lead.toSeconds());
    return ConfigAnswers.clientKey(exchange.call(ApiCall.once("POST", keys(name)).withBody(body)));
  }

  /**
   * Ends the lead of the key that is published and does not sign yet.
   *
   * @param name  its slug or id
   * @param keyId which key
   * @return the key
   */
  public ClientKey activateClientKey(IntegrationName name, String keyId) {
    return ConfigAnswers.clientKey(exchange.call(ApiCall.once("POST", keys(name) + "/" + Query.encode(keyId) + "/activate")));
  }

  /**
   * Ends a key: it signs no more, and is destroyed when what it signed has expired.
   *
   * @param name  its slug or id
   * @param keyId which key
   * @param now   whether it is destroyed at once
   * @param last  whether it may be the last key that can sign
   * @return the key
   */
  public ClientKey endClientKey(IntegrationName name, String keyId, boolean now, boolean last) {
    Query query = new Query().addIf("now", now ? "true" : null).addIf("last", last ? "true" : null);
    return ConfigAnswers.clientKey(
        exchange.call(ApiCall.once("DELETE", keys(name) + "/" + Query.encode(keyId)).with(query)));
  }

  private static String path(IntegrationName name) {
    return ALL + "/" + name;
  }

  private static String keys(IntegrationName name) {
    return path(name) + "/client-keys";
  }
}
