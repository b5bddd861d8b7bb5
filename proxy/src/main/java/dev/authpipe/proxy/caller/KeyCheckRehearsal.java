package dev.authpipe.proxy.caller;

import java.net.InetAddress;
import java.time.Clock;
import java.util.List;

import io.github.bucket4j.TimeMeter;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.http.Peer;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ApiKeyId;

/**
 * Checks an API key that is made up each time and that nobody can call with: it is in no store and in no memory but its own, may do nothing, and is
 * forgotten. So that the first caller does not pay for what a check loads and compiles. Counts and records nothing.
 */
@Singleton
public final class KeyCheckRehearsal {
  private final Callers callers;
  private final DeploymentKeys keys;
  private final Randomness randomness;
  private final Clock clock;

  KeyCheckRehearsal(Callers callers, DeploymentKeys keys, Randomness randomness, Clock clock) {
    this.callers = callers;
    this.keys = keys;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * One check.
   *
   * @return whether the key was known for what it is, which it always is
   * @throws dev.authpipe.proxy.envelope.KeyUnavailableException if the deployment's keys are not at hand
   */
  public boolean once() {
    ApiKeyId id = new ApiKeyId(randomness.uuidV7());
    ApiKeyText made = ApiKeyText.create(id, randomness, keys);
    StoredKey row = new StoredKey(Database.STORE, id, "rehearsal", keys.apiKeyHash(made.text()), List.of(), null, null, null,
        false, null,
        null, null, null);
    KnownKey known = new KnownKey(row, true, new KeyMeter(null, null, TimeMeter.SYSTEM_NANOTIME, clock.instant()), null);
    ApiKeyText sent = ApiKeyText.parse("Bearer " + made.text().expose());
    return sent != null && sent.checksumHolds(keys)
        && callers.decide(known, sent, Peer.at(InetAddress.getLoopbackAddress()), true) instanceof CallerOutcome.Authenticated;
  }
}
