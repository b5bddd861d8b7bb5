package dev.authpipe.testkit.sandbox;

import com.nimbusds.jose.jwk.JWK;

import dev.authpipe.testkit.ConcealedText;

/** How a registered client proves itself at the token, revocation and PAR endpoints. */
public sealed interface ClientAuthentication {

  /** {@code client_secret_basic}. */
  record Basic(ConcealedText clientSecret) implements ClientAuthentication {}

  /** {@code client_secret_post}. */
  record Post(ConcealedText clientSecret) implements ClientAuthentication {}

  /** {@code private_key_jwt}, verified with the public part of this key. */
  record PrivateKeyJwt(JWK publicKey) implements ClientAuthentication {}

  /** A public client: its id in the body and no proof. */
  record None() implements ClientAuthentication {}
}
