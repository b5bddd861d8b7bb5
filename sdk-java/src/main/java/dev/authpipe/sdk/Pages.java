package dev.authpipe.sdk;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.error.UnexpectedAnswerException;

/** Walks a list {@code {data, next_cursor}} page by page; a page is asked for when its first element is needed. */
final class Pages<T> implements Iterator<T> {

  private static final String PAGE_SIZE = "100";

  private final Exchange exchange;
  private final ApiCall first;
  private final Function<JsonObject, T> element;
  private Iterator<JsonObject> page = List.<JsonObject>of().iterator();
  private @Nullable String cursor;
  private boolean last;

  /** @param first the list without limit and cursor */
  Pages(Exchange exchange, ApiCall first, Function<JsonObject, T> element) {
    this.exchange = exchange;
    this.first = first;
    this.element = element;
  }

  static <T> Listing<T> listing(Exchange exchange, ApiCall first, Function<JsonObject, T> element) {
    return () -> new Pages<>(exchange, first, element);
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && !last) {
      turn();
    }
    return page.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return element.apply(page.next());
  }

  private void turn() {
    Query place = new Query().add("limit", PAGE_SIZE);
    if (cursor != null) {
      place.add("cursor", cursor);
    }
    JsonObject answer = exchange.call(first.with(place));
    page = answer.objects("data").iterator();
    String next = answer.optionalText("next_cursor");
    if (next != null && next.equals(cursor)) {
      throw new UnexpectedAnswerException(
          new Problem(200, ErrorCode.UNEXPECTED_ANSWER, "the list does not move on", null, null), null);
    }
    cursor = next;
    last = next == null;
  }
}
