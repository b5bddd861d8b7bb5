package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between a proxy and PostgreSQL and can hold everything that the proxy sends, as a network that swallows packets does. While it
 * holds, no SQL reaches the store: whoever is answered then was answered without any. It can also stall a single connection at a certain
 * statement, and forget what it kept back, as if the sender's machine had died with it.
 */
public final class StoreRelay implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ServerSocket listener;
  private final int target;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private final Set<Socket> deaf = ConcurrentHashMap.newKeySet();
  private boolean holding;
  private String marker = "";
  private String answered = "";
  private int earlier;
  private boolean reached;
  private int lost;

  private StoreRelay(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Starts to relay to a port on loopback. */
  public static StoreRelay to(int port) {
    try {
      ServerSocket listener = new ServerSocket();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      StoreRelay relay = new StoreRelay(listener, port);
      relay.threads.execute(relay::accept);
      return relay;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A JDBC URL that leads through here. */
  public String through(String jdbcUrl) {
    return jdbcUrl.replaceFirst(":" + target + "/", ":" + listener.getLocalPort() + "/");
  }

  /** Lets nothing through from now on. */
  void hold() {
    lock.lock();
    try {
      holding = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stalls the connection that sends this statement next, from there on; the others go on.
   *
   * @param statement its beginning, in lower case, without quotes and schema
   */
  public void stallAt(String statement) {
    lock.lock();
    try {
      marker = statement;
      earlier = 0;
      reached = false;
    } finally {
      lock.unlock();
    }
  }

  /** Loses the answer to the COMMIT that follows this statement next on its connection, which ends there; the store has done it. */
  public void dropAnswerToCommitAfter(String statement) {
    lock.lock();
    try {
      answered = statement;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #stallAt(String)}, at the n-th time that the statement comes. */
  public void stallAt(String statement, int time) {
    lock.lock();
    try {
      stallAt(statement);
      earlier = time - 1;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the statement of {@link #stallAt} has come. */
  boolean isStalled() {
    lock.lock();
    try {
      return reached;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the statement of {@link #stallAt} has come. */
  public void awaitStalled() {
    lock.lock();
    try {
      long left = PATIENCE.toNanos();
      while (!reached) {
        if (left <= 0) {
          throw new IllegalStateException("the statement " + marker + " did not come within " + PATIENCE.toSeconds() + " s");
        }
        left = released.awaitNanos(left);
      }
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at the relay", failure);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was kept back and everybody who was connected, and lets those who come through. */
  public void lose() {
    lock.lock();
    try {
      lost++;
      holding = false;
      marker = "";
      released.signalAll();
    } finally {
      lock.unlock();
    }
    sockets.forEach(StoreRelay::closeQuietly);
  }

  /** Lets everything through again, in order. */
  void release() {
    lock.lock();
    try {
      holding = false;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    release();
    closeQuietly(listener);
    sockets.forEach(StoreRelay::closeQuietly);
    threads.shutdownNow();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket caller = listener.accept();
        Socket store = new Socket(InetAddress.getLoopbackAddress(), target);
        caller.setTcpNoDelay(true);
        store.setTcpNoDelay(true);
        sockets.add(caller);
        sockets.add(store);
        threads.execute(() -> copy(caller, store, true));
        threads.execute(() -> copy(store, caller, false));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void copy(Socket from, Socket to, boolean towardsStore) {
    byte[] buffer = new byte[16 * 1024];
    boolean committing = false;
    try (from; to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (towardsStore && !mayPass(buffer, count)) {
          return;
        }
        if (towardsStore) {
          committing |= answerIsLost(buffer, count);
          if (committing && plain(buffer, count).contains("commit")) {
            deaf.add(from);
          }
        } else if (deaf.remove(to)) {
          return;
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException ended) {
      return;
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** Waits while the relay holds; false: what was read is lost. */
  private boolean mayPass(byte[] message, int length) {
    lock.lock();
    try {
      int before = lost;
      boolean stalled = !marker.isEmpty() && plain(message, length).contains(marker) && earlier-- == 0;
      if (stalled) {
        marker = "";
        reached = true;
        released.signalAll();
      }
      while (holding || (stalled && before == lost)) {
        released.awaitUninterruptibly();
      }
      return before == lost;
    } finally {
      lock.unlock();
    }
  }

  private boolean answerIsLost(byte[] message, int length) {
    lock.lock();
    try {
      boolean found = !answered.isEmpty() && plain(message, length).contains(answered);
      answered = found ? "" : answered;
      return found;
    } finally {
      lock.unlock();
    }
  }

  private static String plain(byte[] message, int length) {
    return new String(message, 0, length, StandardCharsets.ISO_8859_1).replace("\"", "").replace("public.", "")
        .toLowerCase(Locale.ROOT);
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception ended) {
      return;
    }
  }
}
