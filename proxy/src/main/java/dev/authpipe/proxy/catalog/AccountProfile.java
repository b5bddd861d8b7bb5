package dev.authpipe.proxy.catalog;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How the provider account behind a credential is read, so that a reconnect can be matched with it.
 *
 * @param endpoint           what is asked by GET with the access token; null: the token answer tells
 * @param scopes             scopes that reading the account needs; always asked for with the others
 * @param headers            fixed request headers
 * @param successPointer     a value that must be {@code true} in the answer; null: the status decides
 * @param identifierPointers JSON pointers whose texts, joined with {@code /}, identify the account for good; a missing one is skipped, all
 *                           missing is an error
 * @param labelPointers      JSON pointers tried in order for a name to show
 */
public record AccountProfile(@Nullable EndpointTemplate endpoint, List<String> scopes, Map<String, String> headers,
    @Nullable String successPointer,
    List<String> identifierPointers, List<String> labelPointers) {

  /** Copies the collections. */
  public AccountProfile {
    scopes = List.copyOf(scopes);
    headers = Map.copyOf(headers);
    identifierPointers = List.copyOf(identifierPointers);
    labelPointers = List.copyOf(labelPointers);
  }
}
