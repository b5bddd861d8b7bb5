package dev.authpipe.proxy.envelope;

import java.time.Duration;

/**
 * What the operator says about keys. The deployment's id is part of everything sealed and must never change in the life of the stores.
 *
 * @param deployment       id of this deployment: 1 to 63 lower-case letters, digits and hyphens
 * @param operatorKek      name of the KEK that wraps the deployment's own keys
 * @param clientSecretsKek name of the second KEK, which wraps the keysets of the client-secrets store
 * @param kekDeadline      longest wait for one KEK call, 5 s at most
 */
public record EnvelopeSettings(String deployment, String operatorKek, String clientSecretsKek, Duration kekDeadline) {
  /** The deadline of a KEK call in production. */
  public static final Duration KEK_DEADLINE = Duration.ofSeconds(5);

  /** Checks the limits. */
  public EnvelopeSettings {
    if (!deployment.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("a deployment id has 1 to 63 lower-case letters, digits and hyphens");
    }
    if (kekDeadline.isNegative() || kekDeadline.isZero() || kekDeadline.compareTo(KEK_DEADLINE) > 0) {
      throw new IllegalArgumentException("the KEK deadline is at most 5 s");
    }
  }

  /** The usual deadline. */
  public EnvelopeSettings(String deployment, String operatorKek, String clientSecretsKek) {
    this(deployment, operatorKek, clientSecretsKek, KEK_DEADLINE);
  }
}
