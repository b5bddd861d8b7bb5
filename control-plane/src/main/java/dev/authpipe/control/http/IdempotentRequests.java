package dev.authpipe.control.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;

/**
 * Carries out a request with an {@code Idempotency-Key} once per person and 24 hours, and answers its repetitions alike. The key is taken in
 * the transaction of the change itself, so that one exists exactly when the other does. Must never be used for an answer that holds a
 * one-time code. Thread-safe.
 */
@Singleton
public final class IdempotentRequests {
  private static final String HEADER = "Idempotency-Key";
  private static final Pattern FORM = Pattern.compile("[!-~]{1,255}");

  private final ObjectMapper mapper;
  private final Database database;

  IdempotentRequests(ObjectMapper mapper, Database database) {
    this.mapper = mapper;
    this.database = database;
  }

  /**
   * Does the work, or answers what it answered before.
   *
   * @param tx   the transaction of the change, open in the workspace to which the answer belongs
   * @param body the request's body as it was read; what differs in it is another request
   * @param work makes the change through the same transaction
   */
  public HttpResponse<byte[]> once(Tx tx, HttpRequest<?> request, Session session, Object body, Supplier<HttpResponse<?>> work) {
    String key = request.getHeaders().get(HEADER);
    if (key == null) {
      return answer(work.get());
    }
    if (!FORM.matcher(key).matches()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, HEADER + " has 1 to 255 visible ASCII characters.");
    }
    IdempotencyStore.Claim claim = new IdempotencyStore.Claim(session.person(), hash(key.getBytes(StandardCharsets.US_ASCII)),
        hash(content(request, body)));
    IdempotencyStore.Row before = IdempotencyStore.claim(tx, claim);
    if (before != null) {
      if (!before.isOf(claim)) {
        throw new ProblemException(ErrorCode.IDEMPOTENCY_KEY_REUSED);
      }
      return json(before.status(), before.answer());
    }
    HttpResponse<byte[]> answer = answer(work.get());
    IdempotencyStore.finish(tx, claim, answer.code(), answer.getBody().orElseGet(() -> new byte[0]));
    return answer;
  }

  /** Forgets answers older than 24 hours: scheduled work. */
  public void forgetOld() {
    database.lookUp(IdempotencyStore::workspacesWithOld)
        .forEach(workspace -> database.run(workspace, IdempotencyStore::deleteOld));
  }

  private HttpResponse<byte[]> answer(HttpResponse<?> response) {
    Object body = response.getBody().orElse(null);
    return json(response.code(), body == null ? new byte[0] : bytes(body));
  }

  private static HttpResponse<byte[]> json(int status, byte[] body) {
    return HttpResponse.<byte[]>status(status, null).contentType(MediaType.APPLICATION_JSON_TYPE).body(body);
  }

  private byte[] content(HttpRequest<?> request, Object body) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes((request.getMethodName() + ' ' + request.getPath() + '\n').getBytes(StandardCharsets.UTF_8));
    content.writeBytes(bytes(body));
    return content.toByteArray();
  }

  private byte[] bytes(Object body) {
    try {
      return mapper.writeValueAsBytes(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a body could not be written as JSON", impossible);
    }
  }

  private static byte[] hash(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
