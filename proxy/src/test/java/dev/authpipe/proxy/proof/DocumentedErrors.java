package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;

import dev.authpipe.proxy.http.ErrorCode;

/**
 * Holds every error that any test meets at an operation of the API to the codes that its document lists: one that it does not list fails
 * whoever met it.
 */
final class DocumentedErrors {
  private static final ApiDocumentFile DOCUMENT = ApiDocumentFile.fromTheCode();
  /** What a listener answers that does not have the route at all. */
  private static final Set<String> OF_NO_OPERATION = Set.of(ErrorCode.NOT_FOUND.code(), ErrorCode.METHOD_NOT_ALLOWED.code());

  private DocumentedErrors() {}

  /** Looks at one answer; those of other listeners and of providers are none of its business, nor is what has no body. */
  static void check(String method, String path, ContractAnswer answer) {
    boolean ours = answer.header("content-type").orElse("").startsWith(ApiProblems.TYPE)
        && (!path.startsWith("/v1/proxy/") || answer.header("authpipe-error").isPresent());
    if (answer.status() < 400 || !ours || answer.bytes().length == 0 || OF_NO_OPERATION.contains(answer.code())) {
      return;
    }
    DocumentedAnswer.operation(DOCUMENT, method, path.replaceFirst("[?#].*", ""))
        .ifPresent(operation -> assertThat(ApiErrors.of(operation)).as("errors that the document lists for %s", operation)
            .anyMatch(code -> code.code().equals(answer.code())));
  }
}
