package dev.authpipe.proxy.http;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.FairShare;
import dev.authpipe.wire.WorkspaceId;

/**
 * Takes work of hot routes that may block (a miss: SQL, KMS, refresh) off the event loop to a virtual thread, so many at a time and no
 * more, and no workspace's so many that others find no place. Must never be waited for on an event loop.
 */
public final class BlockingWork {
  private final FairShare places;
  private final Faults faults;

  /**
   * @param faults  gives what goes wrong its code
   * @param atATime how much may be under way
   */
  public BlockingWork(Faults faults, int atATime) {
    this.faults = faults;
    this.places = new FairShare(atATime);
  }

  /**
   * Runs the work. Called on the event loop.
   *
   * @param workspace whose it is; null: that is what it is to find out
   * @param failed    hears on the event loop, if the exchange is still open, that too much is under way or that the work failed
   */
  public void start(HotConnection connection, @Nullable WorkspaceId workspace, Runnable work, Consumer<ErrorCode> failed) {
    if (!places.take(workspace)) {
      failed.accept(ErrorCode.OVERLOADED);
      return;
    }
    Thread.ofVirtual().name("hot-miss").start(() -> {
      try {
        work.run();
      } catch (RuntimeException fault) {
        ErrorCode code = faults.code(fault, connection.requestId());
        connection.execute(() -> failed.accept(code));
      } finally {
        places.release(workspace);
      }
    });
  }
}
