package dev.authpipe.proxy.envelope;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the operator says about keys. The deployment's id is part of everything sealed and must never change in the life of the stores.
 *
 * @param deployment       id of this deployment: 1 to 63 lower-case letters, digits and hyphens
 * @param operatorKek      name of the KEK that wraps the deployment's own keys
 * @param nextOperatorKek  name of the one that they are being put under; null: none. Under any third one they are refused
 * @param clientSecretsKek name of the second KEK, which wraps the keysets of the client-secrets store
 * @param bindsOlder       whether keysets that an earlier version made are bound when a workspace comes into force
 * @param kekDeadline      longest wait for one KEK call, 5 s at most
 */
public record EnvelopeSettings(String deployment, String operatorKek, @Nullable String nextOperatorKek, String clientSecretsKek,
    boolean bindsOlder, Duration kekDeadline) {
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

  /** The usual deadline, and no change of the operator's KEK under way. */
  public EnvelopeSettings(String deployment, String operatorKek, String clientSecretsKek) {
    this(deployment, operatorKek, null, clientSecretsKek, true, KEK_DEADLINE);
  }

  /** Whether the operator says that this KEK may wrap the deployment's own keys: nothing in a store can say so. */
  public boolean mayWrapDeployment(String kekName) {
    return kekName.equals(operatorKek) || kekName.equals(nextOperatorKek);
  }
}
