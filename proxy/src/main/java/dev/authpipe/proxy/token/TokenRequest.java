package dev.authpipe.proxy.token;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.wire.ConnectionId;

/**
 * What a request target of the access-token route asks for. Never accepts a parameter it does not know.
 *
 * @param connection the connection; null: not an id, which answers like an unknown one
 * @param minTtl     how long the access token must still live, 0 to 1 hour
 * @param endUsers   end users that the caller names in the query: none, or one unless it is mistaken
 */
record TokenRequest(@Nullable ConnectionId connection, Duration minTtl, List<String> endUsers) {
  private static final String BEFORE = "/v1/connections/";
  private static final String AFTER = "/token";
  private static final int LONGEST_TARGET = 2_048;
  private static final int LONGEST_END_USER = 256;
  private static final Duration DEFAULT_TTL = Duration.ofSeconds(60);

  static boolean isTarget(String target) {
    int end = pathEnd(target);
    return target.startsWith(BEFORE) && end > BEFORE.length() + AFTER.length() && target.startsWith(AFTER, end - AFTER.length())
        && target.indexOf('/', BEFORE.length()) == end - AFTER.length();
  }

  static TokenRequest parse(String target) {
    if (target.length() > LONGEST_TARGET) {
      throw new ProblemException(ErrorCode.URI_TOO_LONG);
    }
    int end = pathEnd(target);
    Duration minTtl = DEFAULT_TTL;
    List<String> endUsers = new ArrayList<>();
    for (String pair : end == target.length() ? new String[0] : target.substring(end + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      switch (name) {
        case "min_ttl" -> minTtl = seconds(value);
        case "end_user" -> endUsers.add(decoded(value));
        case "" -> {
        }
        default -> throw new ProblemException(ErrorCode.UNKNOWN_PARAMETER, "known parameters are min_ttl and end_user");
      }
    }
    return new TokenRequest(id(target.substring(BEFORE.length(), end - AFTER.length())), minTtl, List.copyOf(endUsers));
  }

  private static int pathEnd(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target.length() : query;
  }

  private static @Nullable ConnectionId id(String text) {
    try {
      return ConnectionId.parse(text);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  private static Duration seconds(String value) {
    if (!value.matches("[0-9]{1,4}") || Integer.parseInt(value) > CredentialRequest.MOST_TTL.toSeconds()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "min_ttl is 0 to 3600 seconds");
    }
    return Duration.ofSeconds(Integer.parseInt(value));
  }

  private static String decoded(String value) {
    try {
      String decoded = URLDecoder.decode(value, StandardCharsets.UTF_8);
      if (decoded.isEmpty() || decoded.length() > LONGEST_END_USER) {
        throw new ProblemException(ErrorCode.INVALID_REQUEST, "end_user is 1 to 256 characters");
      }
      return decoded;
    } catch (IllegalArgumentException malformed) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "end_user is not percent-encoded UTF-8");
    }
  }
}
