package dev.authpipe.proxy.proof;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.GeneratedDocument;

/** Runs every command of docs/api/reference.md against a proxy, and holds the page to what they answer. */
class ApiReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "api", "reference.md");

  @Test
  void everyOperationHasACommandThatWorksAndAnswersAsThePageShows() {
    try (ReferenceTour tour = new ReferenceTour()) {
      Map<String, ReferenceTour.Example> examples = tour.walk();
      GeneratedDocument.check(PAGE, new ApiReference(ApiDocumentFile.fromTheCode(), examples).page());
    }
  }
}
