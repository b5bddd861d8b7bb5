package dev.authpipe.proxy.proof;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.GeneratedDocument;

/** Runs every command of docs/api/reference.md against a proxy, and holds the page and the examples of the API's document to what they answer. */
class ApiReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "api", "reference.md");

  @Test
  void everyOperationHasACommandThatWorksAndAnswersAsTheExampleShows() {
    try (ReferenceTour tour = new ReferenceTour()) {
      GeneratedDocument.check(ApiExamples.FILE, tour.walk().toYaml());
    }
    ApiDocumentFile document = ApiDocumentFile.fromTheCode(); // only now: it holds the examples
    GeneratedDocument.check(ApiDocumentFile.CHECKED_IN, document.toYaml());
    GeneratedDocument.check(PAGE, new ApiReference(document, ApiExamples.checkedIn()).page());
  }
}
