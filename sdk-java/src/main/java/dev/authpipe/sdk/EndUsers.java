package dev.authpipe.sdk;

import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;

/**
 * Erases people. Scope {@code subjects:erase}. An erasure cannot be undone; it reaches the provider, every copy the proxy holds
 * and the mapping of the audit log, and nobody else's data.
 */
public final class EndUsers {

  private final Exchange exchange;

  EndUsers(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Starts to erase everything about one person.
   *
   * @param endUser who
   * @return the erasure, which may still be running
   */
  public Erasure erase(EndUserId endUser) {
    return Answers.erasure(exchange.answer(ApiCall.once("DELETE", "/v1/end-users/" + Query.encode(endUser.value()))));
  }

  /**
   * Reads how an erasure stands, with its signed receipt.
   *
   * @param erasure which one
   * @return the erasure
   */
  public Erasure erasure(ErasureId erasure) {
    return Answers.erasure(exchange.answer(ApiCall.repeatable("GET", "/v1/erasures/" + erasure)));
  }
}
