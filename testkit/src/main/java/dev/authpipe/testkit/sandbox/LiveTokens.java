package dev.authpipe.testkit.sandbox;

import java.util.List;
import java.util.stream.Stream;

import dev.authpipe.testkit.ConcealedText;

/** The access and refresh tokens that work at this moment, oldest first. */
public record LiveTokens(List<ConcealedText> accessTokens, List<ConcealedText> refreshTokens) {

  public LiveTokens {
    accessTokens = List.copyOf(accessTokens);
    refreshTokens = List.copyOf(refreshTokens);
  }

  public boolean isEmpty() {
    return accessTokens.isEmpty() && refreshTokens.isEmpty();
  }

  public Stream<ConcealedText> all() {
    return Stream.concat(accessTokens.stream(), refreshTokens.stream());
  }
}
