package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.http.ErrorCode;

/** How our own failures are met: by breaking what the proxy stands on, and mending it again. */
final class OwnErrors {
  private final ProxyFixture proxy;
  private final ManualTicker ticker;

  private OwnErrors(ProxyFixture proxy, ManualTicker ticker) {
    this.proxy = proxy;
    this.ticker = ticker;
  }

  static void addTo(ErrorCases cases, ProxyFixture proxy, ManualTicker ticker) {
    OwnErrors errors = new OwnErrors(proxy, ticker);
    cases.problem(ErrorCode.INTEGRITY_ERROR, errors::exchangedRecords).problem(ErrorCode.INTERNAL_ERROR, errors::missingTable)
        .problem(ErrorCode.STORE_UNAVAILABLE, errors::storeDown).problem(ErrorCode.AUDIT_UNAVAILABLE, errors::auditRefused)
        .problem(ErrorCode.KEY_UNAVAILABLE, errors::kekGone);
  }

  /** One person's sealed record in another's row: it must not open there. */
  private Met exchangedRecords() {
    String mine = proxy.connectUser("first-user");
    proxy.connectUser("second-user");
    Behind.execute(proxy, Store.VAULT,
        """
            update credential c set sealed = o.sealed from credential o
            where o.workspace_id = c.workspace_id and o.connection_id <> c.connection_id and o.sealed is not null and c.sealed is not null
            """);
    return eventually(ErrorCode.INTEGRITY_ERROR, () -> proxy.application().accessToken(mine));
  }

  private Met missingTable() {
    Behind.execute(proxy, Store.VAULT, "alter table connection rename to elsewhere");
    try {
      return Met.of(proxy.application().send("GET", "/v1/connections"));
    } finally {
      Behind.execute(proxy, Store.VAULT, "alter table elsewhere rename to connection");
    }
  }

  private Met storeDown() {
    proxy.deployment().stores().allowConnections(Store.VAULT, false);
    proxy.deployment().stores().terminateConnections(Store.VAULT);
    try {
      return eventually(ErrorCode.STORE_UNAVAILABLE, () -> proxy.application().send("GET", "/v1/connections"));
    } finally {
      proxy.deployment().stores().allowConnections(Store.VAULT, true);
      Awaitility.await().atMost(Duration.ofSeconds(20))
          .until(() -> proxy.application().send("GET", "/v1/connections").status() == 200);
    }
  }

  private Met auditRefused() {
    String connection = proxy.connectUser("unrecorded-user");
    Behind.execute(proxy, Store.VAULT, "revoke insert on audit_event from vault_app");
    try {
      return eventually(ErrorCode.AUDIT_UNAVAILABLE, () -> {
        ticker.advance(Duration.ofMillis(500));
        return proxy.application().accessToken(connection);
      });
    } finally {
      Behind.execute(proxy, Store.VAULT, "grant insert on audit_event to vault_app");
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> proxy.application().accessToken(connection).status() == 200);
    }
  }

  private Met kekGone() throws IOException {
    String connection = proxy.connectUser("locked-user");
    Path kek = proxy.deployment().directory().resolve("main.kek");
    Path away = kek.resolveSibling("main.kek.away");
    Files.move(kek, away);
    try {
      return eventually(ErrorCode.KEY_UNAVAILABLE, () -> {
        ticker.advance(Duration.ofSeconds(10));
        return proxy.application().accessToken(connection);
      });
    } finally {
      Files.move(away, kek);
    }
  }

  /** What was broken is noticed within seconds, not always by the next request. */
  private static Met eventually(ErrorCode code, java.util.function.Supplier<ContractAnswer> request) {
    AtomicReference<ContractAnswer> last = new AtomicReference<>();
    Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100)).until(() -> {
      ContractAnswer answer = request.get();
      last.set(answer);
      return answer.code().equals(code.code());
    });
    return Met.of(last.get());
  }
}
