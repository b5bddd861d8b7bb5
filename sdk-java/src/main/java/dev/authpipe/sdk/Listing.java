package dev.authpipe.sdk;

import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A list of the proxy, read page by page while it is walked: never as a whole, and each time anew. A page is asked for when its first element
 * is needed, in the thread that needs it; what may be thrown there is what any call may throw.
 *
 * @param <T> what it lists
 */
@FunctionalInterface
public interface Listing<T> extends Iterable<T> {

  /**
   * Begins at the first page.
   *
   * @return an iterator for one thread
   */
  @Override
  Iterator<T> iterator();

  /**
   * The same as a stream, lazy and sequential: {@code stream().limit(10)} asks for one page.
   *
   * @return a fresh stream
   */
  default Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }
}
