package dev.authpipe.examples.tryout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionFilter;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.FinishCode;
import dev.authpipe.testkit.browser.Form;
import dev.authpipe.testkit.browser.Page;

/** Each example, packaged and started as examples/README.md says, from connecting to disconnecting, against the demonstration. */
class ExamplesIT {
  private static final Path SPRING = Path.of("../spring/target/authpipe-example-spring-0.1.0-SNAPSHOT.jar");
  private static final String NODE = System.getenv().getOrDefault("AUTHPIPE_NODE", "node");

  private Demonstration demonstration;

  @BeforeEach
  void start() throws IOException {
    demonstration = Demonstration.started();
  }

  @AfterEach
  void stop() {
    demonstration.close();
  }

  @Test
  @Tag("S10")
  void springConnectsCallsBothWaysAndDisconnects() throws IOException {
    int port = demonstration.examplePort();
    List<String> arguments = List.of("-jar", SPRING.toString(), "--server.port=" + port,
        "--authpipe.proxy=" + demonstration.api(), "--authpipe.api-key-file=" + demonstration.apiKeyFile(),
        "--provider.api=" + demonstration.provider().apiBase());
    try (Example example = Example.java("spring", port, arguments); Visitor ada = new Visitor(); Visitor bob = new Visitor()) {
      Page home = signIn(ada, example, "ada");
      assertThat(home.text()).contains("signed in as ada", "No account is connected.");
      assertThat(ada.opens(example.at("/issues")).body()).isEqualTo("connect sandbox first");

      URI back = ada.agrees(ada.sentBy(form(home, "/connect")), example.at("/connected"));
      signIn(bob, example, "bob");
      refusesAnothersReturn(bob, back);
      Page connected = ada.opens(back);
      assertThat(connected.uri()).isEqualTo(example.at("/"));
      assertThat(connected.text()).contains("is connected", "Your issues");

      assertThat(ada.opens(example.at("/issues")).body()).contains("\"issues\"", "title");
      assertThat(ada.opens(example.at("/profile")).body()).contains("\"email\"");
      assertThat(bob.opens(example.at("/issues")).status()).isEqualTo(409);

      Connection connection = onlyConnectionOf("ada");
      assertThat(ada.submits(form(connected, "/disconnect")).text()).contains("No account is connected.");
      assertThat(ada.opens(example.at("/issues")).status()).isEqualTo(409);
      endedAtTheProvider(connection);
      printsNoSecret(example);
    }
  }

  @Test
  @Tag("S10")
  void plainHttpConnectsCallsAndDisconnects() throws IOException {
    int port = demonstration.examplePort();
    List<String> command = List.of(NODE, "../http/server.mjs", "--port=" + port, "--proxy=" + demonstration.api(),
        "--api-key-file=" + demonstration.apiKeyFile());
    try (Example example = Example.started("http", port, command); Visitor ada = new Visitor(); Visitor bob = new Visitor()) {
      Page home = ada.submits(form(ada.opens(example.at("/")), "/sign-in?as=ada"));
      bob.submits(form(bob.opens(example.at("/")), "/sign-in?as=bob"));
      assertThat(home.text()).contains("signed in as ada", "No account is connected.");

      URI back = ada.agrees(ada.sentBy(form(home, "/connect")), example.at("/connected"));
      refusesAnothersReturn(bob, back);
      Page connected = ada.opens(back);
      assertThat(connected.uri()).isEqualTo(example.at("/"));

      assertThat(ada.opens(example.at("/issues")).body()).contains("\"issues\"", "title");
      assertThat(bob.opens(example.at("/issues")).status()).isEqualTo(409);

      Connection connection = onlyConnectionOf("ada");
      assertThat(ada.submits(form(connected, "/disconnect")).text()).contains("No account is connected.");
      assertThat(ada.opens(example.at("/issues")).body()).isEqualTo("connect first");
      endedAtTheProvider(connection);
      printsNoSecret(example);
    }
  }

  @Test
  void micronautCallsThroughTheProxyWhomItsSettingsName() throws IOException {
    int port = demonstration.examplePort();
    List<String> arguments = List.of("-cp", "../micronaut/target/lib/*", "com.example.tasks.Application",
        "-micronaut.server.port=" + port, "-authpipe.proxy=" + demonstration.api(),
        "-authpipe.api-key-file=" + demonstration.apiKeyFile());
    try (Example example = Example.java("micronaut", port, arguments); Visitor visitor = new Visitor()) {
      Page before = visitor.opens(example.at("/issues"));
      assertThat(before.status()).isEqualTo(409);
      assertThat(before.body()).isEqualTo("connect first");

      Connection connection = connects(visitor, new EndUserId("user_ada"), example.at("/connected"));
      Page issues = visitor.opens(example.at("/issues"));
      assertThat(issues.status()).as(issues.body()).isEqualTo(200);
      assertThat(issues.body()).contains("\"issues\"", "title");

      demonstration.authpipe().connections().disconnect(connection.id());
      assertThat(visitor.opens(example.at("/issues")).status()).isEqualTo(409);
      endedAtTheProvider(connection);
      printsNoSecret(example);
    }
  }

  /** Somebody else opens the address that a connect session returns to; nothing is exchanged, and the session is not spent. */
  private void refusesAnothersReturn(Visitor other, URI back) {
    Page refused = other.opens(back);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("not begun here");
    assertThat(demonstration.provider().codeExchanges()).isZero();
  }

  private static Page signIn(Visitor visitor, Example example, String name) {
    Page login = visitor.opens(example.at("/"));
    return visitor.submits(login.form().with("username", name).with("password", name));
  }

  private static Form form(Page page, String action) {
    return page.forms().stream().filter(one -> one.action().toString().endsWith(action)).findFirst().orElseThrow();
  }

  /** By the client for Java, as a back end does it. */
  private Connection connects(Visitor visitor, EndUserId person, URI returnUrl) {
    Authpipe authpipe = demonstration.authpipe();
    LoginSession login = new LoginSession(person);
    ConnectSession session = authpipe.connectSessions().start(login,
        ConnectRequest.returningTo(returnUrl).integration("sandbox").build());
    URI back = visitor.agrees(session.connectUrl().reveal(), returnUrl);
    return authpipe.connectSessions().finish(login, new ConnectSessionId(parameter(back, "session_id")),
        new FinishCode(parameter(back, "finish_code")));
  }

  private static String parameter(URI address, String name) {
    return address.getRawQuery().replaceAll("(?:.*&)?" + name + "=([^&]*).*", "$1");
  }

  private Connection onlyConnectionOf(String person) {
    List<Connection> all = demonstration.authpipe().connections().list(ConnectionFilter.of(new EndUserId(person))).stream()
        .toList();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private void endedAtTheProvider(Connection connection) {
    ProviderRequest call = ProviderRequest.get(connection.endUser(), "/issues").build();
    assertThatThrownBy(() -> demonstration.authpipe().providerCalls().send(connection.id(), call))
        .isInstanceOf(ConnectionUnusableException.class);
    assertThat(demonstration.provider().holdsAnythingAlive()).isFalse();
  }

  private void printsNoSecret(Example example) throws IOException {
    assertThat(example.printed()).doesNotContain(Files.readString(demonstration.apiKeyFile()).strip(), "ap_sk_");
  }
}
