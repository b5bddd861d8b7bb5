package dev.authpipe.proxy.refresh;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Decides who goes when: of all actors one runs at a time, from one named point to its next. An actor that ends goes no further than where it
 * stands, as a process that is killed there does; what it would still do finds that it may not.
 */
final class Interleaving {
  private static final long PATIENCE_SECONDS = 60;

  @SuppressWarnings("ThreadLocalUsage") // those of another interleaving are nobody's here
  private final InheritableThreadLocal<Actor> mine = new InheritableThreadLocal<>();
  private final Semaphore arrivals = new Semaphore(0);

  /** Thrown where an actor was ended. */
  static final class Ended extends Error {
    private static final long serialVersionUID = 1;

    Ended() {
      super("ended", null, false, false);
    }
  }

  /** One piece of work, on one thread or on one after the other. */
  static final class Actor {
    final String name;
    private final Semaphore turn = new Semaphore(0);
    private volatile String point = "begin";
    private volatile boolean ended;
    private volatile boolean done;
    private volatile @Nullable Throwable failure;
    private volatile int claimedIn;
    private volatile boolean claimedExpired;

    private Actor(String name) {
      this.name = name;
    }

    String point() {
      return point;
    }

    /** How often leases had lapsed when it last claimed one. */
    int claimedIn() {
      return claimedIn;
    }

    /** Whether the access token had ended then. */
    boolean claimedExpired() {
      return claimedExpired;
    }

    void claimed(int lapses, boolean expired) {
      claimedIn = lapses;
      claimedExpired = expired;
    }

    boolean isDone() {
      return done;
    }

    @Nullable
    Throwable failure() {
      return failure;
    }
  }

  /** Begins work, which comes to its first point at once. */
  Actor begin(String name, Runnable work) {
    Actor actor = new Actor(name);
    Thread.ofVirtual().name("actor").start(() -> {
      mine.set(actor);
      try {
        point("begin");
        work.run();
      } catch (Ended ended) {
        actor.failure = null;
      } catch (RuntimeException | Error failed) {
        actor.failure = failed;
      } finally {
        actor.done = true;
        arrivals.release();
      }
    });
    awaitArrival(actor);
    return actor;
  }

  /** The actor that the present thread works for; null: nobody's. */
  @Nullable
  Actor current() {
    String thread = Thread.currentThread().getName();
    return thread.equals("actor") || thread.equals("refresh") ? mine.get() : null;
  }

  /** Waits for a turn, if the present thread is an actor's. */
  void point(String name) {
    Actor actor = current();
    if (actor == null) {
      return;
    }
    if (!actor.ended) {
      actor.point = name;
      arrivals.release();
      actor.turn.acquireUninterruptibly();
    }
    if (actor.ended) {
      throw new Ended();
    }
  }

  /** Lets the actor go to its next point, or to its end. */
  void step(Actor actor) {
    actor.turn.release();
    awaitArrival(actor);
  }

  /** The actor ends where it stands. */
  void end(Actor actor) {
    if (!actor.done) {
      actor.ended = true;
      step(actor);
    }
  }

  private void awaitArrival(Actor actor) {
    try {
      if (!arrivals.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(actor.name + " went on from " + actor.point + " and came nowhere");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
