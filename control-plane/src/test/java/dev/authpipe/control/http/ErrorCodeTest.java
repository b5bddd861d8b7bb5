package dev.authpipe.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;

import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.GeneratedDocument;

class ErrorCodeTest {
  private static final Path PAGE = Path.of("..", "docs", "api", "control-errors.md");

  @Test
  void theDocumentationIsWhatTheCodeSays() {
    GeneratedDocument.check(PAGE, page());
  }

  @Test
  void everyCodeIsFoundByItsText() {
    assertThat(ErrorCode.values()).allSatisfy(code -> assertThat(ErrorCode.of(code.code())).contains(code));
    assertThat(ErrorCode.of("nothing")).isEmpty();
  }

  private static String page() {
    StringBuilder page = new StringBuilder(
        """
            # Errors of the control plane

            Every error is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code` and `request_id`.
            Build on `code`: it never changes. `detail` is for people and may. The status says who has to act.

            | status | who has to act |
            |---|---|
            | 400, 405 to 422, 431 | the request |
            | 401, 403 | who is signed in |
            | 404 | unknown, or a workspace of others |
            | 409 | the state does not allow it |
            | 429 | limits: come again after `Retry-After` |
            | 502 | the identity provider |
            | 500, 503 | the operator of the control plane |

            A test keeps this page equal to `ErrorCode` in the code.

            | code | status | title | meaning |
            |---|---|---|---|
            """);
    Arrays.stream(ErrorCode.values()).sorted(Comparator.comparingInt(ErrorCode::status).thenComparing(ErrorCode::code)).forEach(
        code -> page.append("| `%s` | %d | %s | %s |\n".formatted(code.code(), code.status(), code.title(), code.meaning())));
    return page.toString();
  }
}
