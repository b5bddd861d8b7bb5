package dev.authpipe.control.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for: {@code ?limit=&cursor=}. A cursor is opaque to callers; it must never hold anything they could not read
 * from the page before it.
 *
 * @param limit most entries, 1 to {@value #MOST}
 * @param after where the page before ended, as the list wrote it; null: the first page
 */
public record PageQuery(int limit, @Nullable String after) {
  /** Most entries of a page. */
  public static final int MOST = 200;
  private static final int USUAL = 50;
  private static final int LONGEST_CURSOR = 400;

  /**
   * Reads the two parameters; absent ones are null.
   *
   * @throws ProblemException {@code invalid_request}
   */
  public static PageQuery of(@Nullable String limit, @Nullable String cursor) {
    if (limit != null && (!limit.matches("[1-9]\\d{0,2}") || Integer.parseInt(limit) > MOST)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "limit is 1 to " + MOST + ".");
    }
    return new PageQuery(limit == null ? USUAL : Integer.parseInt(limit), cursor == null ? null : decoded(cursor));
  }

  /**
   * Where the page before ended, as the list's own type.
   *
   * @throws ProblemException {@code invalid_request} if the cursor is of another list
   */
  public <T> @Nullable T after(Function<String, T> parser) {
    try {
      return after == null ? null : parser.apply(after);
    } catch (IllegalArgumentException foreign) {
      throw wrongCursor();
    }
  }

  /** The cursor of a place in a list. */
  public static String cursor(String place) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String cursor) {
    try {
      if (cursor.length() <= LONGEST_CURSOR) {
        return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException notOurs) {
      throw wrongCursor();
    }
    throw wrongCursor();
  }

  private static ProblemException wrongCursor() {
    return new ProblemException(ErrorCode.INVALID_REQUEST, "cursor is the next_cursor of a page of this list.");
  }
}
