package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One trip to an authorization endpoint, or one key entered. What is secret in it is sealed.
 *
 * @param browserHash    of the cookie of the browser that started it
 * @param expectedIssuer compared byte for byte with {@code iss}; null: the provider has none
 * @param issuerRequired whether a missing {@code iss} is refused
 * @param redirectUri    as sent; null for a key
 * @param tokenEndpoint  as configured at the start; null for a key
 * @param sealedVerifier PKCE verifier; null where PKCE is not used, and once erased
 * @param sealedCode     authorization code or entered key, until finish
 * @param callbackParams further parameters of the callback that the profile names
 */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared as a whole
record ConnectAttempt(WorkspaceId workspace, UUID id, ConnectSessionId session, IntegrationId integration, byte[] browserHash,
    @Nullable String expectedIssuer, boolean issuerRequired, @Nullable URI redirectUri, @Nullable String tokenEndpoint,
    Map<String, String> params, List<String> scopes, byte @Nullable [] sealedVerifier, byte @Nullable [] sealedCode,
    Map<String, String> callbackParams, AttemptState state) {

  ConnectAttempt {
    params = Map.copyOf(params);
    scopes = List.copyOf(scopes);
    callbackParams = Map.copyOf(callbackParams);
  }

  /** Where a secret of an attempt that begins is sealed to. */
  static RecordContext place(Integration integration, UUID attempt, ConnectSession session, RecordKind kind,
      @Nullable String tokenEndpoint, Map<String, String> params) {
    return new RecordContext(integration.workspace(), kind, attempt, integration.id(), integration.provider().slug(), 0,
        binding(session.id(), session.endUserId(), tokenEndpoint, params));
  }

  /**
   * Where a secret of this attempt is sealed to.
   *
   * @param endUser for whom the session is
   */
  RecordContext place(String provider, RecordKind kind, UUID endUser) {
    return new RecordContext(workspace, kind, id, integration, provider, 0, binding(session, endUser, tokenEndpoint, params));
  }

  /**
   * Everything in the rows of attempt and session that decides where the secret will go and whose it becomes: changed there, it does not
   * open. A value has no line break.
   */
  private static String binding(ConnectSessionId session, UUID endUser, @Nullable String tokenEndpoint,
      Map<String, String> params) {
    StringBuilder binding = new StringBuilder().append(session).append('\n').append(endUser).append('\n')
        .append(tokenEndpoint == null ? "" : tokenEndpoint);
    new TreeMap<>(params).forEach((name, value) -> binding.append('\n').append(name).append('=').append(value));
    return binding.toString();
  }
}
