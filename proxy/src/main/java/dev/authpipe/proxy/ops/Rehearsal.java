package dev.authpipe.proxy.ops;

import java.io.IOException;

/** A part of the way of a hot call that is walked before the first caller comes. Must leave nothing behind: no row, no event, no count, no call to anybody else. */
interface Rehearsal {

  /**
   * Walks it once.
   *
   * @return false when it cannot be walked here; then it is not asked again
   */
  boolean once() throws IOException;
}
