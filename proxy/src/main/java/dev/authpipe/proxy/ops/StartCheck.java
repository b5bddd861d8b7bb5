package dev.authpipe.proxy.ops;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A check that runs beside the rest of a start, for most of its time is waiting. Nothing may be served before {@link #demand()} has returned. */
final class StartCheck {
  private final CompletableFuture<Boolean> passed = new CompletableFuture<>();

  private StartCheck() {}

  /** Begins it. */
  static StartCheck begin(String name, Runnable check) {
    StartCheck begun = new StartCheck();
    Thread.ofVirtual().name("check-" + name).start(() -> {
      try {
        check.run();
        begun.passed.complete(true);
      } catch (Throwable failure) {
        begun.passed.completeExceptionally(failure);
      }
    });
    return begun;
  }

  /** Waits for its end; throws what it threw. */
  void demand() {
    try {
      passed.join();
    } catch (CompletionException failed) {
      throw switch (failed.getCause()) {
        case RuntimeException told -> told;
        case Error fatal -> throw fatal;
        case null, default -> failed;
      };
    }
  }
}
