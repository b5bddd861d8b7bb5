package dev.authpipe.proxy.caller;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.PersonRows;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.SecretBytes;

/**
 * Remembers the answers of requests with an {@code Idempotency-Key} for 24 hours per API key, sealed. Must never answer a request that
 * differs from the first one. Thread-safe.
 */
@Singleton
public final class IdempotentRequests implements PersonRows {
  /** A request that is under way for longer was cut off: its key may be claimed again. */
  private static final Duration CLAIM = Duration.ofMinutes(2);
  private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");

  private final VaultDatabase vault;
  private final DeploymentKeys keys;
  private final Envelopes envelopes;

  IdempotentRequests(VaultDatabase vault, DeploymentKeys keys, @Named("vault") Envelopes envelopes) {
    this.vault = vault;
    this.keys = keys;
    this.envelopes = envelopes;
  }

  /**
   * Begins a request.
   *
   * @param idempotencyKey value of the header, 1 to 255 visible ASCII characters, else {@code invalid_request}
   * @param operation      method and path
   * @param body           the request's bytes
   */
  public IdempotencyOutcome begin(Caller caller, String idempotencyKey, String operation, byte[] body) {
    if (!FORM.matcher(idempotencyKey).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "Idempotency-Key has 1 to 255 visible ASCII characters.");
    }
    byte[] keyHash = keys.hash(HashPurpose.IDEMPOTENCY, idempotencyKey.getBytes(StandardCharsets.US_ASCII));
    byte[] requestHash = keys.hash(HashPurpose.REQUEST, request(operation, body));
    Supplier<IdempotencyOutcome> told = vault.inWorkspace(caller.workspace(), tx -> begin(tx, caller, keyHash, requestHash));
    return told.get(); // opens an answer, which may ask the KMS: no transaction waits for that
  }

  private Supplier<IdempotencyOutcome> begin(Tx tx, Caller caller, byte[] keyHash, byte[] requestHash) {
    OffsetDateTime since = IdempotencyStore.insert(tx, caller.key(), keyHash, requestHash);
    IdempotencyStore.Row row = since == null ? IdempotencyStore.lock(tx, caller.key(), keyHash) : null;
    if (row != null) {
      Integer status = row.status();
      boolean forgotten = row.age().compareTo(IdempotencyStore.KEPT) > 0;
      if (!forgotten && !MessageDigest.isEqual(row.requestHash(), requestHash)) {
        return IdempotencyOutcome.KeyReused::new;
      }
      byte[] sealed = row.sealed();
      if (!forgotten && status != null && sealed != null) {
        return () -> new IdempotencyOutcome.Repeated(status,
            envelopes.open(IdempotencyClaim.context(caller.workspace(), caller.key(), keyHash, requestHash), sealed));
      }
      if (!forgotten && row.age().compareTo(CLAIM) <= 0) {
        return IdempotencyOutcome.InProgress::new;
      }
      since = IdempotencyStore.claimAgain(tx, caller.key(), keyHash, requestHash);
    }
    if (since == null) {
      return IdempotencyOutcome.InProgress::new; // abandoned between the two statements: the next try gets it
    }
    IdempotencyClaim claim = new IdempotencyClaim(caller.workspace(), caller.key(), keyHash, requestHash, since);
    return () -> new IdempotencyOutcome.Proceed(claim);
  }

  /** Keeps the answer of a request that was carried out; without effect when the claim lapsed and somebody took it over. */
  public void finish(IdempotencyClaim claim, int status, SecretBytes body) {
    finish(claim, status, body, null);
  }

  /**
   * As {@link #finish(IdempotencyClaim, int, SecretBytes)}, for an answer that names a person.
   *
   * @param endUser the random id of the person, with whom the answer is erased; null: it names nobody
   */
  public void finish(IdempotencyClaim claim, int status, SecretBytes body, @Nullable UUID endUser) {
    byte[] sealed = envelopes.seal(claim.context(), body);
    vault.run(claim.workspace(), tx -> IdempotencyStore.finish(tx, claim, status, sealed, endUser));
  }

  /**
   * As {@link #finish(IdempotencyClaim, int, SecretBytes, UUID)}, in the transaction that carries the request out.
   *
   * @return false: the claim lapsed and somebody took it over, so that this request must not be carried out
   */
  public boolean finish(Tx tx, IdempotencyClaim claim, int status, SecretBytes body, Sealer sealer, @Nullable UUID endUser) {
    return IdempotencyStore.finish(tx, claim, status, sealer.seal(claim.context(), body), endUser) == 1;
  }

  /** Erases the answers that name a person; how many there were. */
  @Override
  public int erase(Tx tx, UUID endUser) {
    return IdempotencyStore.erase(tx, endUser);
  }

  /** Gives the key free again after a request that did nothing. */
  public void abandon(IdempotencyClaim claim) {
    vault.run(claim.workspace(), tx -> IdempotencyStore.abandon(tx, claim));
  }

  /** Deletes answers older than 24 hours: scheduled work. */
  public void deleteOld() {
    Database.each(vault.listReachable(IdempotencyStore::workspaces),
        workspace -> vault.run(workspace, IdempotencyStore::deleteOld));
  }

  private static byte[] request(String operation, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(operation.length() + 1 + body.length);
    bytes.writeBytes(operation.getBytes(StandardCharsets.UTF_8));
    bytes.write('\n');
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
