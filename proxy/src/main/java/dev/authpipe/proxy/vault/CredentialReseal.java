package dev.authpipe.proxy.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.Envelopes;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Reseals credentials page by page, each written in one transaction. While pages are sealed and written, the next is read; no more than
 * {@value #PAGES_AT_ONCE} are in memory besides. Must never write over what it did not read, nor hold a row while it seals. Thread-safe.
 */
final class CredentialReseal {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialReseal.class);
  private static final int PAGE = 500;
  private static final int PAGES_AT_ONCE = 2;
  /** Of one call, so that whoever calls can see to another workspace. */
  private static final int PAGES_MOST = 10;

  private final VaultDatabase database;
  private final Envelopes envelopes;
  /** Where the next call goes on, so that what is resealed is not walked past again and again; only a hint, and gone at the end. */
  private final ConcurrentMap<WorkspaceId, ConnectionId> reached = new ConcurrentHashMap<>();

  CredentialReseal(VaultDatabase database, Envelopes envelopes) {
    this.database = database;
    this.envelopes = envelopes;
  }

  /** Goes on with one walk through the workspace, to its end or as far as one call goes; answers how many it resealed. */
  int walk(WorkspaceId workspace, KeyId present, BooleanSupplier stopping) {
    try (Writers writers = new Writers(workspace)) {
      ConnectionId at = reached.get(workspace);
      for (int pages = 0; pages < PAGES_MOST && !stopping.getAsBoolean() && !writers.failed(); pages++) {
        ConnectionId from = at;
        List<SealedPlace> page = database.inWorkspace(workspace, tx -> ResealStore.page(tx, present, from, PAGE));
        if (page.isEmpty()) {
          reached.remove(workspace);
          return writers.finished();
        }
        at = page.getLast().place().connection();
        writers.write(page);
      }
      int written = writers.finished();
      if (at != null) {
        reached.put(workspace, at);
      }
      return written;
    }
  }

  /** What does not belong where it stands keeps its keyset, and holds up no other. */
  private int written(WorkspaceId workspace, List<SealedPlace> page) {
    List<ResealedPlace> resealed = new ArrayList<>(page.size());
    for (SealedPlace one : page) {
      try {
        resealed.add(new ResealedPlace(one, envelopes.reseal(one.place().context(), one.sealed())));
      } catch (IntegrityException foreign) {
        LOG.debug("a record does not open: {}", foreign.getMessage());
      }
    }
    if (resealed.size() < page.size()) {
      LOG.error("{} records of {} do not open and are not resealed", page.size() - resealed.size(), workspace);
    }
    return resealed.isEmpty() ? 0 : database.inWorkspace(workspace, tx -> ResealStore.replace(tx, resealed));
  }

  /** Those who seal and write, a page each. After the first failure nothing more is begun. */
  private final class Writers implements AutoCloseable {
    private final WorkspaceId workspace;
    private final Semaphore turns = new Semaphore(PAGES_AT_ONCE);
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("reseal").factory());

    private Writers(WorkspaceId workspace) {
      this.workspace = workspace;
    }

    boolean failed() {
      return failure.get() != null;
    }

    /** Waits until another page may be in memory. */
    void write(List<SealedPlace> page) {
      turns.acquireUninterruptibly();
      threads.execute(() -> {
        try {
          written.addAndGet(CredentialReseal.this.written(workspace, page));
        } catch (RuntimeException fault) {
          failure.compareAndSet(null, fault);
        } finally {
          turns.release();
        }
      });
    }

    /** How many rows were written, when all are through. */
    int finished() {
      threads.close();
      RuntimeException fault = failure.get();
      if (fault != null) {
        throw fault;
      }
      return written.get();
    }

    @Override
    public void close() {
      threads.close();
    }
  }
}
