package dev.authpipe.sdk;

import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.ErasurePlan;
import dev.authpipe.sdk.value.ExportedEndUser;

/**
 * Erases and exports people. Scope {@code subjects:erase}. An erasure cannot be undone; it reaches the provider, every copy the proxy holds
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
    return Answers.erasure(exchange.answer(ApiCall.once("DELETE", path(endUser))));
  }

  /**
   * Tells what an erasure would do, and does nothing.
   *
   * @param endUser who
   * @return what it would do
   */
  public ErasurePlan eraseDryRun(EndUserId endUser) {
    return Answers.erasurePlan(
        exchange.call(ApiCall.repeatable("DELETE", path(endUser)).with(new Query().add("dry_run", "true"))));
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

  /**
   * Everything that is held about one person, for them to have. Secrets appear as masked prefixes only.
   *
   * @param endUser who
   * @return the export
   */
  public ExportedEndUser export(EndUserId endUser) {
    return Answers.exportedEndUser(exchange.answer(ApiCall.repeatable("GET", path(endUser) + "/export")));
  }

  private static String path(EndUserId endUser) {
    return "/v1/end-users/" + Query.encode(endUser.value());
  }
}
