package dev.authpipe.proxy.forward;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;

/** What an answer must be beyond what the decoder insists on, so that nobody behind us reads another one in it (RFC 9112 section 11.1). */
final class AnswerFraming {
  private AnswerFraming() {}

  static boolean isPlain(HttpResponse head) {
    int status = head.status().code();
    return hasKnownVersion(head.protocolVersion()) && status >= 100 && status <= 599 && isChunkedAtMost(head);
  }

  /** The decoder takes any number, and small letters for capitals; it has these two objects for what is spelt as it ought to be. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean hasKnownVersion(HttpVersion version) {
    return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
  }

  /** The decoder undoes chunks and nothing else: the body would reach the caller in a coding that no header names any more. */
  private static boolean isChunkedAtMost(HttpResponse head) {
    if (!head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return true;
    }
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
  }
}
