package dev.authpipe.proxy.clientsecret;

import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import org.jspecify.annotations.Nullable;

/**
 * The public side of an integration's key pair. Holds no part of the private key.
 *
 * @param keyId       {@code kid}: the thumbprint of the public key (RFC 7638)
 * @param version     counts the keys of the integration
 * @param state       what it does now
 * @param tokenOrigin the origin of the token endpoint that it is sealed for
 * @param signsFrom   from when on it signs
 * @param signsUntil  until when; null: until a successor takes over
 * @param goneAt      when it is destroyed; null: not as far as is known
 * @param publicKey   what is published
 */
public record ClientKeyView(String keyId, long version, State state, String tokenOrigin, Instant createdAt, Instant signsFrom,
    @Nullable Instant signsUntil, @Nullable Instant goneAt, RSAPublicKey publicKey) {

  /** What a key does. */
  public enum State {
    /** It is published and will sign. */
    PUBLISHED,
    /** It signs. */
    SIGNING,
    /** It signs no more and stays published until assertions signed with it have expired. */
    ENDING;

    /** The word in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The JSON Web Key Set (RFC 7517 section 5) of some keys: their public parts alone. */
  public static Map<String, Object> keySet(List<ClientKeyView> keys) {
    return new JWKSet(keys.stream().map(ClientKeyView::key).toList()).toJSONObject(true);
  }

  /** The same as JSON. */
  public static String keySetText(List<ClientKeyView> keys) {
    return new JWKSet(keys.stream().map(ClientKeyView::key).toList()).toString(true);
  }

  /** The public key as PEM (RFC 7468 section 13), for providers that take it so. */
  public String pem() {
    String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(publicKey.getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }

  private JWK key() {
    return new RSAKey.Builder(publicKey).keyID(keyId).keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.RS256).build();
  }
}
