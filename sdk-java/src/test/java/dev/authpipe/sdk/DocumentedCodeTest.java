package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java of every page is compiled against what the module exports: each paragraph of it as the body of a method of an application. */
class DocumentedCodeTest {
  private static final Path REPOSITORY = Path.of("..");
  private static final Pattern CODE = Pattern.compile("(?ms)^```java\\n(.*?)^```");
  private static final List<String> PAGES = List.of("sdk-java/README.md", "docs/guides/bind-sessions.md",
      "docs/guides/use-it.md");
  /** Shows the standard's own library, which the proxy's tests use. */
  private static final String NOT_OURS = "docs/webhooks.md";

  /** What an application has that the pages take for granted. */
  private static final String APPLICATION = """
      import java.io.InputStream;
      import java.net.URI;
      import java.net.http.*;
      import java.net.http.HttpResponse.BodyHandlers;
      import java.time.Duration;
      import java.util.*;
      import dev.authpipe.sdk.*;
      import dev.authpipe.sdk.audit.*;
      import dev.authpipe.sdk.config.*;
      import dev.authpipe.sdk.event.*;
      import dev.authpipe.sdk.incident.*;
      import dev.authpipe.sdk.value.*;
      abstract class Application {
        static final URI RETURN_URL = URI.create("https://app.example.com/connected");
        interface Request {}
        Authpipe authpipe; String key; String secret; SignedInUser user; URI returnUrl; Request request; byte[] body;
        Connection connection; ConnectionId connectionId; EndUserId endUser; EndUser person; NewCredential credential; ProvidedSecret clientSecret; IntegrationName integration;
        WorkspaceId workspace; ConnectSessionId sessionId; FinishCode finishCode; Map<String, String> headers;
        abstract SignedInUser signedInUser(Request request);
        abstract ConnectSessionId sessionId(Request request);
        abstract FinishCode finishCode(Request request);
        abstract Object redirect(URI address);
        abstract void askToConnectAgain(EndUserId person);
      """;

  @TempDir
  Path classes;

  @TestFactory
  Stream<DynamicTest> whatPagesShowCompiles() {
    return PAGES.stream().map(page -> dynamicTest(page, () -> {
      List<String> paragraphs = CODE.matcher(Files.readString(REPOSITORY.resolve(page))).results()
          .flatMap(block -> Stream.of(block.group(1).split("\\n\\n", -1))).toList();
      assertThat(paragraphs).isNotEmpty();
      StringBuilder source = new StringBuilder(APPLICATION);
      for (int i = 0; i < paragraphs.size(); i++) {
        source.append("Object paragraph").append(i).append("() throws Exception {\n").append(paragraphs.get(i)).append('\n')
            .append(paragraphs.get(i).contains("\nreturn ") ? "}\n" : "return null;\n}\n");
      }
      assertThat(complaints(source.append("}\n").toString())).isEmpty();
    }));
  }

  @TestFactory
  Stream<DynamicTest> noPageWithJavaIsLeftOut() throws IOException {
    try (Stream<Path> files = Files.walk(REPOSITORY.resolve("docs"))) {
      return files.filter(file -> file.toString().endsWith(".md")).filter(DocumentedCodeTest::hasJava)
          .filter(page -> !page.endsWith(NOT_OURS)).toList().stream()
          .map(page -> REPOSITORY.relativize(page).toString())
          .map(page -> dynamicTest(page, () -> assertThat(PAGES).contains(page)));
    }
  }

  private static boolean hasJava(Path page) {
    try {
      return CODE.matcher(Files.readString(page)).find();
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private List<String> complaints(String source) throws URISyntaxException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Application.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
    String path = Stream.of(place(Authpipe.class), place(Nullable.class)).collect(Collectors.joining(File.pathSeparator));
    compiler.getTask(null, null, found, List.of("-classpath", path, "-d", classes.toString(), "-proc:none"), null, List.of(file))
        .call();
    return found.getDiagnostics().stream().filter(one -> one.getKind() == Diagnostic.Kind.ERROR).map(Object::toString).toList();
  }

  private static String place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
